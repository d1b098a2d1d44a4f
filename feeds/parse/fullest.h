#pragma once
/*
 * fullest - the text of a post among all that its feed says of it, as HTML.
 *
 * A feed has a summary, a content, or several; any of them may be the whole
 * text, a part of it, or a stub such as the title alone.
 */
#include "feeds/vocabulary/record.h"

struct fullest {
	const struct record_text *text; /* that content was made of; NULL: there is none */
	char *content, *summary;        /* HTML, or NULL */
};

/* The content is the longest one that is text, HTML preferred to plain text unless that is much longer; without one the summary,
 * or the subtitle.  A summary that is more than twice as long, and has other words, is not lost: it takes the place of a content that says
 * nothing more, or else follows it.  Strings belong to owner. */
struct fullest fullest_of(void *owner, const struct record *r);
bool fullest_is_html(const struct record_text *t);
/* t as HTML: plain text becomes paragraphs, and addresses in text without markup become links.  NULL for blank text. */
char *fullest_html(void *owner, const struct record_text *t);
