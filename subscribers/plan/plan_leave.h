#pragma once
/*
 * plan_leave - the end of a publication: its followers' servers are told, then its rows go.
 *
 * Between the mark and the end it is leaving (publication.leaving): the documents by which others verify its last words are served, nothing
 * else is.  Then its rows go, by and by, and its host answers 410.
 */
#include "gateway/base/db/db.h"

/* Inside a transaction: marks it as removed, and cancels what was to be sent.  What its followers (plan_profile) and the servers of its sources are
 * to be told is the caller's, after this.  ERROR_NOT_FOUND when it was removed already. */
bool plan_leave(struct db *db, int64_t publication, struct error *err);
/* Deletes some rows of a publication that is leaving, once its last words are out, or four days later; *worked is false when there was nothing to
 * delete.  Does nothing while the instance is held (hold.h). */
bool plan_leave_sweep(struct db *db, int64_t now, bool *worked, struct error *err);
