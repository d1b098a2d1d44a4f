#pragma once
/*
 * hold - a restored instance sends nothing until its owner says so.
 *
 * Most of what was open when the backup was made has been sent since, by
 * the instance that was lost; so has most of what sources bring now.  While
 * it is held, the open rows of the ledger are due in the year 9999 and
 * nothing is planned.  What people ask for after the restore (a link to sign
 * in, a confirmation, the Accept of a Follow) goes out as always.
 */
#include "gateway/base/db/db.h"

struct hold {
	int64_t made, since; /* of the backup, and of its restore; 0: nothing is held */
};
struct hold_counts {
	int64_t letters, activities; /* open rows of the ledger */
	int64_t news;                /* posts, changes and withdrawals that are not planned, or not to the end */
	int64_t digests;             /* readers who are owed a digest; 0 while nothing is held */
};

/* Holds everything that is open.  Again, it sets the two times. */
bool hold_begin(struct db *db, const struct hold *times, struct error *err);
bool hold_get(struct db *db, struct hold *hold, struct error *err);
bool hold_count(struct db *db, struct hold_counts *counts, struct error *err);
/* Lets everything go that is held, but for letters of a publication that is paused (pause.h); in portions, so that others may write meanwhile. */
bool hold_release(struct db *db, struct error *err);
/*
 * Ends everything that is held as dropped, and what sources bring that were not fetched since the restore is no news.  Withdrawals
 * go out all the same.  ERROR_TEMPORARY: such a source is being fetched right now.
 */
bool hold_drop(struct db *db, struct error *err);
