#pragma once
/*
 * stop - the owner pauses an issue while it is being sent, lets it go on, or cancels what is left of it.
 *
 * A claim turns away the rows of such an issue that it meets, so that a stop
 * holds from its commit on; the role plan sweeps the others in steps.  The
 * rows of a paused issue are parked: out of the range of the index that claims
 * read, so that they cost nothing however many they are.  Rows are parked,
 * and their issue goes on, only under a lock of the issue: no row stays
 * parked behind.  Letters that were handed to a mail server are on their way.
 */
#include "gateway/base/db/db.h"

/* In issue.stopped. STOP_ENDING: it goes on, and some of its rows may still be parked. */
enum stop { STOP_NO, STOP_PAUSED, STOP_CANCELLED, STOP_ENDING };
/* What is added to the priority of a parked row. */
enum { STOP_PARKED = 2 };

/*
 * *open is how many of its deliveries had not ended at that time.  What was asked for already is no error.  ERROR_NOT_FOUND: there is no such
 * issue.  ERROR_INVALID: it was cancelled; or (cancel) it takes back a post, which must reach everybody who has it.
 */
bool stop_pause(struct db *db, int64_t issue, int64_t *open, struct error *err);
bool stop_resume(struct db *db, int64_t issue, int64_t *open, struct error *err);
bool stop_cancel(struct db *db, int64_t issue, int64_t *open, struct error *err);

/* A row, and the issue that it belongs to. */
struct stop_row {
	int64_t delivery, issue;
};
/* Inside a transaction: those of the rows that holder (NULL: nobody) holds and whose issue is stopped are parked, or end as cancelled, and are
 * nobody's; the others stay as they are. */
bool stop_turn_away(struct db *db, const struct stop_row *rows, size_t count, const char *holder, struct error *err);
/* Which of the issues from first to last are stopped; an array of owner's, talloc_array_length is the count. */
bool stop_among(void *owner, struct db *db, int64_t first, int64_t last, int64_t **issues, struct error *err);

/* One step of what is to be swept; *worked is false when there was nothing. */
bool stop_sweep(struct db *db, bool *worked, struct error *err);
