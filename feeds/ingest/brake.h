#pragma once
/*
 * brake - stops a source that suddenly brings many new posts, one by one or at once.
 *
 * Whatever the reason (two sites that copy each other, an account that was
 * taken over, a broken generator), each post would become a letter.  A source
 * may bring BRAKE_FREE new posts within an hour, and twice as many as in the
 * busiest hour of its past.
 */
#include "feeds/source/source.h"

enum { BRAKE_FREE = 20 };

struct brake {
	int64_t before; /* new posts of the source in this hour */
	int64_t most;   /* how many it may bring in an hour */
};

/* fresh: how many more there are now. */
bool brake_read(struct db *db, const struct source *source, size_t fresh, struct brake *brake, struct error *err);
/* Counts new posts, in the transaction that stores them. */
bool brake_count(struct db *db, int64_t source, size_t fresh, struct error *err);
