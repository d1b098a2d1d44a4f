#pragma once
/*
 * html - a small HTML5 tree: parse, walk, change, write.
 *
 * Parsing is that of HTML5, behind caps on input size, tags and nesting: a
 * linear pass (html_balance.h) puts the tags in order, and makes the tree at
 * once where the source is plain (html_build.h); gumbo reads the rest.  The
 * tree is our own, so that cleaning, teasers, text and mail renderings can
 * change it.  Does not sanitise: feeds/clean/clean.h does.
 *
 * Where it is not a browser's tree: svg, math, select, template and noscript
 * are elements like any other, with their content in place; the content of
 * iframe, noembed and noframes is gone; <iframe/> and the like are empty.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define HTML_MAX_SIZE (16u << 20)
#define HTML_MAX_DEPTH 100

enum html_kind { HTML_ELEMENT, HTML_TEXT, HTML_COMMENT };

struct html_attribute {
	const char *name; /* small letters */
	const char *value;
};

struct html_node {
	enum html_kind kind;
	const char *name; /* element: tag in small letters; changed by html_rename alone */
	unsigned traits;  /* of the name, for html.h's own files (html_element.h) */
	const char *text; /* text, comment: decoded */
	struct html_attribute *attributes;
	size_t attribute_count;
	struct html_node *parent, *first, *last, *next, *previous;
	struct arena *arena; /* of the whole tree: only the root is an object of mem.h, the others live as long as it does */
};

/* The nodes of a fragment (as inside <body>) under a nameless root element that owner owns.  Never NULL: input
 * beyond HTML_MAX_SIZE is cut, malformed input is repaired as HTML5 says. */
struct html_node *html_parse(void *owner, const char *source, size_t size);
/* The same for a whole page: the root's children are head's and body's nodes, head first (for discovery). */
struct html_node *html_parse_page(void *owner, const char *source, size_t size);

const char *html_get(const struct html_node *node, const char *name); /* attribute value or NULL */
void html_set(struct html_node *node, const char *name, const char *value); /* NULL removes it; copied */
void html_rename(struct html_node *node, const char *name);           /* copied */
void html_set_text(struct html_node *node, const char *text, size_t size); /* of a text or comment; copied, may be a part of the old */
/* Element of that tag?  node may be NULL. */
static inline bool html_is(const struct html_node *node, const char *name)
{
	return node && node->kind == HTML_ELEMENT && node->name && *node->name == *name && strcmp(node->name, name) == 0;
}
/* Has class word? */
bool html_has_class(const struct html_node *node, const char *word);
/* Has one of the classes in the list that ends with NULL? */
bool html_has_one_class(const struct html_node *node, const char *const *words);
/* The node after this one in document order inside root, or NULL; html_skip passes over its children. */
struct html_node *html_next(const struct html_node *root, const struct html_node *node);
struct html_node *html_skip(const struct html_node *root, const struct html_node *node);
/* The other way round: the last node inside root, or NULL; the node before this one in document order inside root, or NULL.
 * On that way a node may be changed, unwrapped or removed with all that is in it once the one before it is known. */
struct html_node *html_last(const struct html_node *root);
struct html_node *html_before(const struct html_node *root, const struct html_node *node);
/* Takes node out, with all below it. */
void html_remove(struct html_node *node);
/* Puts node's children in its place. */
void html_unwrap(struct html_node *node);
void html_append(struct html_node *parent, struct html_node *child);
void html_insert_before(struct html_node *where, struct html_node *node);
struct html_node *html_new_element(struct html_node *root, const char *name);
struct html_node *html_new_text(struct html_node *root, const char *text);
/* The text of node and all below it, as it stands. */
char *html_inner_text(void *owner, const struct html_node *node);
/* The same as one line for a title or a name: a blank stands for <br> and between blocks, alt for a picture, scripts and styles
 * say nothing; trimmed, runs of blanks are one.  No more is read than longest bytes need. */
char *html_line(void *owner, const struct html_node *node, size_t longest);
/* Is an element of this name void (br, img, …)? */
bool html_is_void(const char *name);
/* Is this a block-level element? */
bool html_is_block(const struct html_node *node);
/* Writes node; for the root, its children.  It parses back to the same tree, unless that nests what a parser never
 * would (a link in a link). */
void html_write(FILE *out, const struct html_node *node);
/* html_write of the root as a string. */
char *html_to_string(void *owner, const struct html_node *root);
