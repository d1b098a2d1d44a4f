#pragma once
/*
 * html_sink - where html_balance sends the tags and texts that it has put in order.
 *
 * There are two: html_build makes the tree at once, html_source writes HTML
 * again, for gumbo to read.
 */
#include "gateway/base/html/html_token.h"

enum html_text {
	HTML_TEXT_READ, /* character references count */
	HTML_TEXT_SHOWN, /* markup that is to be seen as it is: of xmp */
	HTML_TEXT_CODE  /* of a script or style */
};

struct html_sink {
	/* An element starts (a void one is over with that).  What it gives for a formatting element stands for the tag in again(). */
	void *(*start)(struct html_sink *sink, const struct html_token *tag, unsigned traits);
	/* The same tag once more. */
	void (*again)(struct html_sink *sink, void *tag);
	/* The innermost element called name ends.  crossed: blocks inside it go on. */
	void (*end)(struct html_sink *sink, const char *name, unsigned traits, bool crossed);
	void (*text)(struct html_sink *sink, struct html_span text, enum html_text kind);
	void (*comment)(struct html_sink *sink, struct html_span text);
	bool stopped; /* the sink wants no more: what it has is of no use */
};

/* Control characters stand for nothing in a document. */
static inline bool html_is_control(char c) { return ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || c == 0x7F; }
/* Nobody needs the exact words of a comment; what could end it early is a space. */
static inline bool html_ends_comment(struct html_span s, size_t i)
{
	if (s.at[i] == '-')
		return i == 0 || i + 1 == s.size || s.at[i - 1] == '-' || s.at[i + 1] == '-';
	return s.at[i] == '>' && i == 0;
}
