#pragma once
/*
 * import - the posts in a file that another system wrote: its export, or a feed.
 *
 *   struct import *im = import_open(owner, path, &settings, err);
 *   while (import_next(im, &feed, err) && feed)
 *           store and free feed;
 *
 * One table knows the kinds (import.c), one file reads each.  Posts come as
 * feeds of at most IMPORT_BATCH entries, so that an export of any size takes
 * little memory where its form allows that.  Guids and links are those that
 * the blog's own feed has, so that a post is one entry whichever brings it.
 * What is not for everybody to see (drafts, private posts) is left out and
 * counted.
 */
#include "feeds/parse/feed.h"

#define IMPORT_MAX_SIZE (INT64_C(512) << 20)
#define IMPORT_BATCH 100

struct import_settings {
	const char *site; /* the blog's address, for exports that do not name it; or NULL */
	bool pages;       /* pages too, not only posts */
};

struct import_skipped {
	const char *why;  /* "drafts" */
	size_t count;
};

struct import {
	const char *kind;  /* in words: "a WordPress export" */
	double share;      /* read so far, 0 to 1 */
	struct import_skipped *skipped;
	size_t skipped_count;
	const char *wrong; /* what was broken first in the file, or NULL */
	const char *path;
	struct import_settings settings; /* site ends without a slash */
	void *state;       /* the kind's own */
	bool (*read)(struct import *im, struct feed **feed, struct error *err); /* as import_next */
};

/* ERROR_NOT_FOUND: no such file; ERROR_INVALID: it is no export that we know, too large, or settings lack what it needs. */
struct import *import_open(void *owner, const char *path, const struct import_settings *settings, struct error *err);
/* The next posts, for the caller to free; NULL at the end. */
bool import_next(struct import *im, struct feed **feed, struct error *err);
