#pragma once
/*
 * element - how one element of a vocabulary is read into a record.
 *
 * A vocabulary is a table of these.  The readers here serve most elements;
 * what is peculiar to a vocabulary stands in its own file.
 */
#include "feeds/vocabulary/record.h"
#include <libxml/tree.h>

struct element {
	const char *name; /* local name, small letters */
	void (*read)(struct record *r, xmlNode *node, const struct element *how);
	size_t slot;      /* offsetof() of the record's field that it fills, for readers that fill one */
	enum record_rank rank;
	const char *word; /* name of the value, rel of the link, … as the reader says */
};

/* Reads every child element of node by the table of its namespace, and by home and its neighbour for those of none. */
void element_children(struct record *r, xmlNode *node, const struct element *home);
/* Reads one element so.  False when no table knows it. */
bool element_read(struct record *r, xmlNode *node, const struct element *home);

/* Text that may be HTML, told by its looks (RSS has no word for it); children that are elements make it XHTML. */
void element_text(struct record *r, xmlNode *node, const struct element *how);
/* Text that is HTML, whatever it looks like. */
void element_html(struct record *r, xmlNode *node, const struct element *how);
/* The same, added to the contents. */
void element_content(struct record *r, xmlNode *node, const struct element *how);
/* slot is a const char *: the trimmed text, or that text as a URL.  The first one stays. */
void element_string(struct record *r, xmlNode *node, const struct element *how);
void element_url(struct record *r, xmlNode *node, const struct element *how);
void element_date(struct record *r, xmlNode *node, const struct element *how);
/* Adds an author, or a contributor (slot: of the array), from "mail (Name)". */
void element_author(struct record *r, xmlNode *node, const struct element *how);
void element_contributor(struct record *r, xmlNode *node, const struct element *how);
void element_publisher(struct record *r, xmlNode *node, const struct element *how);
/* The text is a tag; word: its scheme. */
void element_tag(struct record *r, xmlNode *node, const struct element *how);
/* Keeps the text, or the URL, as the value named word. */
void element_value(struct record *r, xmlNode *node, const struct element *how);
void element_value_url(struct record *r, xmlNode *node, const struct element *how);
/* Adds a link of rel word to the URL that is the text. */
void element_link(struct record *r, xmlNode *node, const struct element *how);
/* Reads the children as if they stood here. */
void element_unwrap(struct record *r, xmlNode *node, const struct element *how);

/* Puts text into its slot unless somebody of that rank or a higher one spoke before. */
void element_say(struct record_text *slot, struct record_text text, enum record_rank rank);
