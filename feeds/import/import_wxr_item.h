#pragma once
/*
 * import_wxr_item - one item of a WordPress export, and the authors and files that posts refer to.
 */
#include "feeds/import/import.h"
#include "feeds/import/wordpress.h"
#include <libxml/tree.h>

struct import_wxr_author {
	const char *login, *name;
};

struct import_wxr {
	void *owner;
	struct import_wxr_author *authors; /* by login */
	size_t author_count;
	struct wordpress_library library;
};

/* First pass: collects node, a child of the channel, if it is an author or a file. */
void import_wxr_collect(struct import_wxr *known, xmlNode *node);
/* Ends the first pass: sorts what was collected. */
void import_wxr_sort(struct import_wxr *known);
/* Second pass: adds the post in the item node to batch, or counts why it is skipped. */
void import_wxr_item(struct import *im, const struct import_wxr *known, struct feed *batch, xmlNode *node);
