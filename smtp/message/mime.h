#pragma once
/*
 * mime - writes header fields and bodies (RFC 5322, RFC 2045, RFC 2047).
 */
#include <stdbool.h>
#include <stdio.h>

/* "Name: value" for values that are not encoded: dates, tokens.  Folded at spaces; left out when blank, not ASCII, or with a
 * word of more than 900 octets. */
void mime_plain(FILE *out, const char *name, const char *value);
/* "Name: <value>" for URLs and ids; characters that would end it are percent-encoded.  Left out beyond 900
 * octets, because it cannot be folded. */
void mime_angle(FILE *out, const char *name, const char *value);
/* "Name: words" for text: encoded words where it is not ASCII. */
void mime_words(FILE *out, const char *name, const char *value);
/* "Name: display name <address>": the name as atoms, a quoted string or encoded words; without one (NULL or blank) "Name: address". */
void mime_address(FILE *out, const char *name, const char *display, const char *address);
/* The same for two, of which either may be left out: "Name: <one>, <two>". */
void mime_angles(FILE *out, const char *name, const char *one, const char *two);
/* Quoted-printable (RFC 2045 section 6.7) of text, with CRLF line ends. */
void mime_quoted_printable(FILE *out, const char *text);
/* A part of such a text: it ends with a soft line break, so that what follows begins a line. */
void mime_quoted_printable_part(FILE *out, const char *text);
/* Can text be sent as 7bit: ASCII in lines of at most 78 octets, none of which relays are known to change? */
bool mime_is_plain(const char *text);
/* Writes such a text with CRLF line ends. */
void mime_lines(FILE *out, const char *text);
