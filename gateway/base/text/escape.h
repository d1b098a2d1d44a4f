#pragma once
/*
 * escape - writing text into a document so that it stays text.
 *
 * The escape is in the name: html_text between tags, html_attr between
 * double quotes, xml_* the same for XML, where characters that XML 1.0
 * forbids are dropped and bytes that are no UTF-8 become U+FFFD, because
 * either would make the whole document unreadable.  A NULL writes nothing.
 */
#include <stdio.h>

void html_text(FILE *out, const char *s);
void html_attr(FILE *out, const char *s);
void xml_text(FILE *out, const char *s);
void xml_attr(FILE *out, const char *s);
/* Percent-encodes all but RFC 3986 unreserved characters: for one path segment or query value. */
void url_part(FILE *out, const char *s);
