#pragma once
/*
 * clean_notes - how a source's footnotes are recognised; for the two files of that step.
 *
 * Every form of footnote has a mark that links to the note, and nearly every
 * one a link back.  That pair is the sign; names of classes, which differ
 * from one program to the next, only help where links back are missing.
 */
#include "feeds/clean/clean_tree.h"

#define CLEAN_NOTES_MAX 1000 /* marks in one text; where there are more, all stay what they were */
#define CLEAN_NOTES_LOOK 2000 /* nodes of a note that are looked at */

struct clean_mark {
	struct html_node *holder; /* the sup that will hold the link, or a span inside a larger sup that the link will replace */
	size_t note;              /* from 0 */
	size_t repeat;            /* 0 for the first mark of this note */
};

struct clean_note {
	struct html_node *body; /* while looking: the element that holds the note; then its li */
	size_t marks;
};

struct clean_notes {
	struct clean_note *notes;
	size_t count;
	struct clean_mark *marks;
	size_t mark_count;
	struct html_node *section; /* section > ol > li, at the end of the text; NULL without notes */
	char *heading;             /* what the source calls them */
};

/* Ids (and names of a) of a tree, for finding what a link means. */
struct clean_ids;
struct clean_ids *clean_ids_new(void *owner, struct html_node *root);
/* The first node that has it, or NULL; *order counts nodes from the beginning. */
struct html_node *clean_ids_find(const struct clean_ids *ids, const char *id, size_t *order);

/* Notes and their marks, still where the source has them; marks' holders are the source's links. */
struct clean_notes *clean_notes_find(struct clean *c, const struct clean_ids *ids);
/* Is the link one back from the note to one of its marks? */
bool clean_notes_is_back(const struct clean_ids *ids, const struct clean_notes *notes, size_t note, const struct html_node *a);
/* Is this element what a program puts round its notes? */
bool clean_notes_is_wrapper(const struct html_node *node);
