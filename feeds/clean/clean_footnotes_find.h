#pragma once
/*
 * clean_footnotes_find - recognises footnotes and their references in any of the forms that sources use.
 *
 * Every form has a reference that links to the footnote, and nearly every one
 * a backlink.  Such a pair is what counts; class names, which differ from one
 * program to the next, only help where there are no backlinks.
 */
#include "feeds/clean/clean_footnotes.h"
#include "feeds/clean/clean_tree.h"

/* The ids, and the names of a elements, of a tree. */
struct clean_ids;
struct clean_ids *clean_ids_new(void *owner, struct html_node *root);
/* The first node with that id, or NULL; *order is its number in document order. */
struct html_node *clean_ids_find(const struct clean_ids *ids, const char *id, size_t *order);

/* Footnotes and references; changes nothing.  Belongs to the root. */
struct clean_footnotes *clean_footnotes_find(struct clean *c, const struct clean_ids *ids);
/* Is a, a link in the footnote of that index, a backlink to one of its references? */
bool clean_footnotes_is_backlink(const struct clean_ids *ids, const struct clean_footnotes *notes, size_t note, const struct html_node *a);
/* Is node an element that programs put around all footnotes? */
bool clean_footnotes_is_wrapper(const struct html_node *node);
