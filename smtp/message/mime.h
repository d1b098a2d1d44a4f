#pragma once
/*
 * mime - header fields and bodies in the forms that mail allows (RFC 5322, RFC 2045, RFC 2047).
 */
#include <stdbool.h>
#include <stdio.h>

/* "Name: value" for what is written as it stands: dates, tokens.  Folded at spaces; left out when blank, not ASCII, or with a word beyond 900 octets. */
void mime_plain(FILE *out, const char *name, const char *value);
/* "Name: <value>" for URLs and ids, what would end it percent-encoded; left out beyond 900 octets, which no fold could help. */
void mime_angle(FILE *out, const char *name, const char *value);
/* "Name: words" for what people read: encoded words where it is not ASCII. */
void mime_words(FILE *out, const char *name, const char *value);
/* "Name: display name <address>": the name as atoms, a quoted string or encoded words; without one (NULL or blank) "Name: address". */
void mime_address(FILE *out, const char *name, const char *display, const char *address);
/* The same for two, of which either may be left out: "Name: <one>, <two>". */
void mime_angles(FILE *out, const char *name, const char *one, const char *two);
/* Quoted-printable (RFC 2045 section 6.7) of text, its line ends made CRLF. */
void mime_quoted_printable(FILE *out, const char *text);
/* A stretch within such a text: its last line is broken off softly, so that whatever follows begins a line. */
void mime_quoted_stretch(FILE *out, const char *text);
/* May text travel as it is: ASCII in lines of at most 78, none of which relays like to change? */
bool mime_is_plain(const char *text);
/* Such a text, its line ends made CRLF. */
void mime_lines(FILE *out, const char *text);
