#pragma once
/*
 * write_parts - what the writers of RSS and Atom share.
 */
#include "feeds/write/write.h"

char *write_entry_url(void *owner, const struct publication *p, const struct entry *e);
/* The content as HTML, in which references to its own parts are whole addresses, because in a reader it is no page of its own; if it
 * is cut, with a link to the rest at its end. */
char *write_entry_html(void *owner, const struct publication *p, const struct entry *e, bool cut);
/* Is title, read as HTML, another one?  Then it has to be written as HTML: readers that put titles into pages do not ask. */
bool write_title_is_html(const char *title);
/* The title, escaped as HTML where that makes a difference; belongs to owner. */
char *write_title(void *owner, const char *title);
/* Writes an address as an attribute's value: "[" and "]" may only be in a host (RFC 3986), but cleaners keep them. */
void write_url(FILE *out, const char *url);
/* Where an entry was first, when that is not here; else NULL.  Borrowed. */
const char *write_entry_origin(const struct publication *p, const struct entry *e);
/* Writes <name>text</name> and a line end. */
void write_element(FILE *out, const char *indent, const char *name, const char *text);
