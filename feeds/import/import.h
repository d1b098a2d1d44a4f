#pragma once
/*
 * import - the posts in a file that another system has written: its export, or a feed.
 *
 *   struct import *im = import_open(owner, path, &settings, err);
 *   while (import_next(im, &feed, err) && feed)
 *           store and free feed;
 *
 * The table of the kinds is in import_open.c; one file reads each.  Posts
 * come in batches, which are feeds of at most IMPORT_BATCH entries, so that a
 * large export takes little memory where its format allows that.  Guids and
 * links are the same as in the blog's own feed, so that a post is one entry
 * no matter which of the two it comes from.  What is not public (drafts,
 * private posts) is skipped and counted.
 */
#include "feeds/parse/feed.h"

#define IMPORT_MAX_SIZE (INT64_C(512) << 20)
#define IMPORT_BATCH 100

struct import_settings {
	const char *site; /* URL of the blog, for exports that do not name it; or NULL */
	bool pages;       /* import pages as well as posts */
};

struct import_skipped {
	const char *why;  /* "drafts" */
	size_t count;
};

struct import_media;

struct import {
	const char *kind;  /* as shown to the user: "a WordPress export" */
	double progress;   /* 0 to 1 */
	struct import_skipped *skipped;
	size_t skipped_count;
	struct import_media *media; /* the pictures in the export (import_media.h), or NULL */
	const char *wrong; /* the first fault in the file, or NULL */
	const char *path;
	struct import_settings settings; /* site ends without a slash */
	void *state;       /* of the kind */
	bool (*read)(struct import *im, struct feed **feed, struct error *err); /* as import_next */
};

/* ERROR_NOT_FOUND: no such file; ERROR_INVALID: not a known export, too large, or settings lack what this kind needs. */
struct import *import_open(void *owner, const char *path, const struct import_settings *settings, struct error *err);
/* The next batch, for the caller to free; NULL at the end. */
bool import_next(struct import *im, struct feed **feed, struct error *err);
