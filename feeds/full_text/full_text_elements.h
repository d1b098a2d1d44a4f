#pragma once
/*
 * full_text_elements - the elements of a page, with the amount of text in each.
 */
#include "gateway/base/html/html.h"
#include <stddef.h>

struct full_text_element {
	struct html_node *node;
	size_t parent;      /* index of the parent; 0: the root */
	size_t text, links; /* characters that are not white space; those of them in links */
	size_t own;         /* those of text that are in no block inside of this one */
	size_t commas;
	size_t prose;       /* those of text that are in paragraphs and not in links */
	double score;       /* 0; for the caller */
};
/* All elements in document order, the root first; their number is talloc_array_length. */
struct full_text_element *full_text_elements(void *owner, struct html_node *root);
