#pragma once
/*
 * clean_tree - a document while clean_html works on it, and questions about its nodes that several steps ask.
 */
#include "gateway/base/html/html.h"
#include <stdbool.h>

struct picture_list;

struct clean {
	struct html_node *root;
	const char *base; /* an http(s) URL, or NULL */
	struct picture_list *pictures; /* takes those that are in the text themselves, or NULL */
};

/* Is node an element with one of these names?  The list ends with NULL. */
bool clean_is_one(const struct html_node *node, const char *const *names);
/* Is node one of h1 to h6?  False for NULL. */
bool clean_is_heading(const struct html_node *node);
/* Does node contain no text, no picture, no rule and no <!--more-->? */
bool clean_is_empty(const struct html_node *node);
/* Puts what words say before node, a picture that is left out: "[image: words]"; nothing when words is blank or NULL. */
void clean_leave_trace(struct clean *c, struct html_node *node, const char *words);
/* The element directly before node, with only white space and comments between them; else NULL. */
struct html_node *clean_previous_element(const struct html_node *node);
