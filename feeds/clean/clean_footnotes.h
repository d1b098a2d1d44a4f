#pragma once
/*
 * clean_footnotes - the footnotes of a text, as the steps of clean_footnotes_* pass them on.
 *
 * A reference is the link in the text, a backlink the one from the footnote
 * to its reference.
 */
#include "gateway/base/html/html.h"

#define CLEAN_FOOTNOTES_MAX 1000 /* references in one text; when there are more, nothing is changed */
#define CLEAN_FOOTNOTE_NODES 2000 /* nodes of one footnote that are examined */

struct clean_footnote_ref {
	/* Found: the source's link.  Gathered: an empty sup for the new link, or a span in a larger sup that the link replaces. */
	struct html_node *holder;
	size_t note;              /* index of its footnote */
	size_t repeat;            /* 0 for the first reference to this footnote */
};

struct clean_footnote {
	struct html_node *body; /* found: the element with the footnote; gathered: its new li */
	size_t refs;            /* number of references */
};

struct clean_footnotes {
	struct clean_footnote *notes;
	size_t count;
	struct clean_footnote_ref *refs;
	size_t ref_count;
	struct html_node *section; /* section > ol > li, at the end of the text; NULL without footnotes */
	char *heading;             /* the source's own; NULL: none */
};
