#pragma once
/*
 * import_wxr - what import_wxr.c learns on its first way through the file, and what an item is.
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

/* Learns from a child of the channel: an author, a file. */
void import_wxr_learn(struct import_wxr *known, xmlNode *node);
/* Puts in order what was learnt. */
void import_wxr_learnt(struct import_wxr *known);
/* Adds the post that an item is to batch, or counts why not. */
void import_wxr_item(struct import *im, const struct import_wxr *known, struct feed *batch, xmlNode *node);
