#pragma once
/*
 * full_text_elements - what the names and words of a page's elements say of them.  For full_text.c.
 */
#include "gateway/base/html/html.h"
#include <stdint.h>

/* Takes out what is no part of any article. */
void full_text_drop(struct html_node *root);
/* More than 0: class and id speak for an article's body; less: against it. */
int full_text_hint(const struct html_node *node);
/* How sure the page itself is that this is the body of its article: 0 not at all. */
int full_text_mark(const struct html_node *node);

/* An element, and the text in it. */
struct full_text_part {
	struct html_node *node;
	size_t parent;      /* index of its parent; 0: the root */
	size_t text, links; /* characters that are no white space; those of them in links */
	size_t own;         /* of text, what stands in it outside of blocks */
	size_t commas;
	size_t prose;       /* of text, what stands in paragraphs and is no link */
	double score;
};
/* All elements of root in document order, the root first; the length is talloc_array_length. */
struct full_text_part *full_text_parts(void *owner, struct html_node *root);
