#pragma once
/*
 * element - how one element of a vocabulary is read into a record.
 *
 * A vocabulary is a table of these.  A reader reads its element only and
 * never descends into other elements of a vocabulary: where children have to
 * be read too, the row says so, and dispatch.c does it.  The readers here
 * serve most elements; what is particular to a vocabulary is in its own file.
 */
#include "feeds/vocabulary/record.h"
#include <libxml/tree.h>

/* What is done with the child elements after the element itself was read. */
enum element_inside {
	ELEMENT_LEAF,   /* nothing, or the reader has looked at them */
	ELEMENT_UNWRAP, /* they are read into the same record, as if they stood in place of their parent */
	ELEMENT_SOURCE, /* they are read into record.source if the reader has just made it */
};

struct element {
	const char *name; /* local name in lower case; NULL ends a table */
	void (*read)(struct record *r, xmlNode *node, const struct element *row); /* row is this one; NULL: the element itself says nothing */
	size_t slot;      /* offsetof() of the record's field, for readers that fill one */
	enum record_rank rank;
	const char *word; /* parameter of the reader: name of the value, rel of the link, scheme of the tag */
	enum element_inside inside;
};

/* The part of a row that names the field which the reader fills, and the rank of what it says about it. */
#define ELEMENT_FIELD(field, RANK) .slot = offsetof(struct record, field), .rank = RECORD_##RANK

/* Text that may be HTML, which is guessed from the text (RSS does not declare it); child elements make it XHTML. */
void element_text(struct record *r, xmlNode *node, const struct element *row);
/* Text that is HTML, whatever it looks like. */
void element_html(struct record *r, xmlNode *node, const struct element *row);
/* The same, added to the contents. */
void element_content(struct record *r, xmlNode *node, const struct element *row);
/* slot is a const char *: the trimmed text, or that text as a URL.  The first one stays. */
void element_string(struct record *r, xmlNode *node, const struct element *row);
void element_url(struct record *r, xmlNode *node, const struct element *row);
void element_date(struct record *r, xmlNode *node, const struct element *row);
/* Adds an author or a contributor, or sets the publisher, from "mail (Name)". */
void element_author(struct record *r, xmlNode *node, const struct element *row);
void element_contributor(struct record *r, xmlNode *node, const struct element *row);
void element_publisher(struct record *r, xmlNode *node, const struct element *row);
/* Adds the text as a tag with the scheme word. */
void element_tag(struct record *r, xmlNode *node, const struct element *row);
/* Keeps the text, or the text as a URL, as the value named word. */
void element_value(struct record *r, xmlNode *node, const struct element *row);
void element_value_url(struct record *r, xmlNode *node, const struct element *row);
/* Adds a link with rel word; its URL is the attribute "resource", or else the text. */
void element_link(struct record *r, xmlNode *node, const struct element *row);

/* Stores text in slot, unless slot has text of that rank or a higher one already.  Blank text replaces nothing, and anything
 * replaces blank text. */
void element_set_text(struct record_text *slot, struct record_text text, enum record_rank rank);
