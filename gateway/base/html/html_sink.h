#pragma once
/*
 * html_sink - receives the tags and texts of html_balance.
 *
 * There are two: html_build builds the tree directly, html_source writes HTML
 * for gumbo.
 */
#include "gateway/base/html/html_token.h"

enum html_text {
	HTML_TEXT_READ, /* character references count */
	HTML_TEXT_SHOWN, /* markup that is shown as text: of xmp */
	HTML_TEXT_CODE  /* of a script or style */
};

struct html_sink {
	/* An element starts (a void one ends with that).  The result for a formatting element is the tag argument of again(). */
	void *(*start)(struct html_sink *sink, const struct html_token *tag, unsigned traits);
	/* A formatting element is reopened. */
	void (*again)(struct html_sink *sink, void *tag);
	/* The innermost element called name ends.  crossed: blocks inside it stay open. */
	void (*end)(struct html_sink *sink, const char *name, unsigned traits, bool crossed);
	void (*text)(struct html_sink *sink, struct html_span text, enum html_text kind);
	void (*comment)(struct html_sink *sink, struct html_span text);
	bool stopped; /* the sink has given up: its result must not be used */
};

/* Control characters are dropped from documents. */
static inline bool html_is_control(char c) { return ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || c == 0x7F; }
/* Could this byte end a comment early?  Sinks write a space instead. */
static inline bool html_ends_comment(struct html_span s, size_t i)
{
	if (s.at[i] == '-')
		return i == 0 || i + 1 == s.size || s.at[i - 1] == '-' || s.at[i + 1] == '-';
	return s.at[i] == '>' && i == 0;
}
