#pragma once
/*
 * decode - the body of a MIME part as plain UTF-8.
 *
 * Never fails: what is malformed stays as it is or is left out, for a report
 * that is half readable is better than none.
 */
#include <stddef.h>

/* At most max bytes of s out of its transfer encoding (RFC 2045 section 6) and charset; bytes that are neither become U+FFFD.
 * Belongs to owner. */
char *decode_body(void *owner, const char *s, size_t max, const char *encoding, const char *charset);
/* The text of HTML, with a line for each block; scripts, styles and comments are left out.  Belongs to owner. */
char *decode_html(void *owner, const char *html);
/* Encoded words (RFC 2047) of a header field as UTF-8.  Belongs to owner. */
char *decode_words(void *owner, const char *value);
