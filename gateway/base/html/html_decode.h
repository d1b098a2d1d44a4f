#pragma once
/*
 * html_decode - decodes text of HTML source, where it is in a common form.
 *
 * Follows what HTML5 says of line ends and character references (13.2.3.5,
 * 13.2.5.72) for the forms that are common: &name; of HTML 4, numbers of
 * printable characters, a lone "&".  Everything else (&copy without its
 * semicolon, invalid UTF-8, control characters) is refused, and gumbo, which
 * knows all rules, reads the document.
 */
#include "gateway/base/html/html_token.h"

enum html_decode {
	HTML_DECODE_TEXT, HTML_DECODE_ATTRIBUTE,
	HTML_DECODE_LITERAL /* "&" is only itself */
};

/* Writes the characters of text to `to`, which has room for text.size bytes and may be text.at, and their number of bytes to
 * *size.  False: the text is refused. */
bool html_decode(char *to, size_t *size, struct html_span text, enum html_decode kind);
/* Could more text behind this one change what its last characters mean?  "&am", a carriage return. */
bool html_decode_open(struct html_span text);
