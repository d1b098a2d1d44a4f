#pragma once
/*
 * mime - header fields and bodies in the forms that mail allows (RFC 5322, RFC 2045, RFC 2047).
 */
#include <stdio.h>

/* "Name: value" for what is written as it stands: ids, URLs, addresses, tokens. Folded at spaces. */
void mime_plain(FILE *out, const char *name, const char *value);
/* "Name: words" for what people read: encoded words where it is not ASCII. */
void mime_words(FILE *out, const char *name, const char *value);
/* "Name: display name <address>"; name may be NULL. */
void mime_address(FILE *out, const char *name, const char *display, const char *address);
/* A display name as a phrase: an atom, a quoted string, or encoded words.  For List-Id and such. */
void mime_phrase(FILE *out, const char *display);
/* Quoted-printable (RFC 2045 section 6.7) of text, its line ends made CRLF. */
void mime_quoted_printable(FILE *out, const char *text);
