#pragma once
/*
 * pace - how often something may be done, counted in the database: for all workers and machines together.
 *
 * So many at once, and then one every so many ms.  Whose pace it is, its name says.
 */
#include "gateway/base/db/db.h"

struct pace {
	const char *name;      /* "domain example.org" */
	int64_t burst, per_ms; /* burst * per_ms is at most an hour, or it is forgotten too early */
};

/* Takes one, in the caller's transaction: *wait is 0, or how many ms to wait because none is left; then nothing was taken. */
bool pace_take(struct db *db, const struct pace *pace, int64_t now, int64_t *wait, struct error *err);
/* Forgets what has no effect any longer. */
bool pace_sweep(struct db *db, int64_t now, struct error *err);
