#pragma once
/*
 * backfill_progress - how far the backfill of a source has come: its rows in the database (007-backfill.sql).
 *
 * A backfill reads the older pages of a feed.  Its row holds the URL of the
 * page to read next, and each page that was read has a row too, so that the
 * backfill ends when pages repeat.
 */
#include "feeds/ingest/backfill_paging.h"
#include "feeds/source/source.h"

struct backfill_progress {
	enum backfill_paging paging;
	const char *next;              /* URL of the page to read next; NULL: it has ended */
	int64_t pages, entries, fresh; /* read, shown, new to the archive; the newest page counts as one */
	int64_t repeats;               /* pages in a row that showed nothing that was not on an earlier page */
	int64_t started, finished;
	int64_t completed;             /* when an earlier backfill reached the oldest page, or 0: then the first page of known entries ends this one */
	const char *error;             /* what stopped it last, or NULL */
};

/* Fills p from the row of source; without a row p stays as it is.  Strings belong to owner. */
bool backfill_progress_read(void *owner, struct db *db, int64_t source, struct backfill_progress *p, struct error *err);
/* Starts anew with what p holds.  An old row is overwritten, but its completed time stays. */
bool backfill_progress_begin(struct db *db, int64_t source, const struct backfill_progress *p, struct error *err);
/* Remembers a page and its hash (backfill_paging_hash).  *repeat: another page showed the same entries. */
bool backfill_progress_add_page(struct db *db, int64_t source, const char *url, const char *hash, bool *repeat, struct error *err);
/* Was this URL read before? */
bool backfill_progress_has_page(struct db *db, int64_t source, const char *url, bool *has, struct error *err);
/* Writes p as long as the row's next page is still at.  ERROR_TEMPORARY: another process has moved it. */
bool backfill_progress_write(struct db *db, int64_t source, const struct backfill_progress *p, const char *at, struct error *err);

/* Starts from the newest page, which a first import has just stored with so many new entries: a backfill need not fetch it again. */
bool backfill_progress_note_newest(struct db *db, const struct source *source, const struct feed *feed, size_t fresh, struct error *err);
/* Has the source shown that there are older pages which were not read to the end? */
bool backfill_progress_has_older(struct db *db, const struct source *source, bool *older, struct error *err);
/* How far it has come, as text for the owner; "" when there was no backfill.  Belongs to owner; NULL with err. */
char *backfill_progress_describe(void *owner, struct db *db, const struct source *source, struct error *err);
