#pragma once
/*
 * html_token - HTML source as tags, text and comments, in one linear pass.
 *
 * Follows the tokeniser of HTML5 (section 13.2.5) as far as a tree can tell
 * the difference.  Keeps no memory of its own: a token points into the
 * source, character references stay as they are written.
 */
#include <stdbool.h>
#include <stddef.h>

#define HTML_TOKEN_NAME 32       /* no known element has a longer name */
#define HTML_TOKEN_ATTRIBUTES 64 /* further ones are dropped */

enum html_token_kind { HTML_TOKEN_TEXT, HTML_TOKEN_START, HTML_TOKEN_END, HTML_TOKEN_COMMENT };

struct html_span {
	const char *at;
	size_t size;
};

struct html_token {
	enum html_token_kind kind;
	struct html_span text;      /* of text and comments */
	char name[HTML_TOKEN_NAME]; /* of tags: small letters; "" when it is not the name of an element */
	struct { struct html_span name, value; } attributes[HTML_TOKEN_ATTRIBUTES]; /* each name once, the first */
	size_t attribute_count;
	bool self_closing;          /* <br/> */
	size_t size;                /* bytes of source */
};

struct html_scanner {
	const char *at, *end;
};

/* The next token; false at the end of the source.  A tag that the end cuts off is no token. */
bool html_token_next(struct html_scanner *s, struct html_token *t);
/* After the start tag of an element whose content is text: that text, up to its end tag, which is passed over as well.
 * False, and nothing is passed over, when there is no end tag. */
bool html_token_text(struct html_scanner *s, const char *name, struct html_span *text);
