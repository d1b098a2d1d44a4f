#pragma once
/*
 * effect - what an activity changes here, once it is known who sent it.
 */
#include "gateway/fediverse/activity.h"
#include "gateway/fediverse/arrival.h"
#include "gateway/fediverse/remote.h"

/*
 * Applies a, sent by sender, and ends the arrival that brought it, in one transaction.  A Follow is confirmed and its
 * Accept put into the ledger; an Undo, a Block and a Delete end the follower's address.  What has no effect here is
 * recorded as done all the same.
 */
bool effect_apply(struct db *db, const struct arrival *arrival, const struct activity *a, const struct remote *sender, struct error *err);
/* Has this kind any effect, so that it is worth finding out who sent it? */
bool effect_has_any(const struct activity *a);
