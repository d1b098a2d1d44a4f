#pragma once
/*
 * ordering - activities that overtake the one that they are about: a Delete, an Update or an Undo that comes first.
 *
 * Servers send in parallel, and try again hours later, so what was sent first
 * may come last.  What overtook it is remembered among the ids of activities,
 * for as long as those are, and the late one has no effect, however often it
 * comes.  How much one server can have us remember ahead is limited.
 * Everything here is for activities that are verified, in the transaction of their effect.
 */
#include "gateway/base/db/db.h"
#include <jansson.h>

/* When its author wrote this text of an object, in ms, not after now: updated, else published.  1: it does not say. */
int64_t ordering_written(const json_t *object, int64_t now);

/* actor deleted object; *remembered is false when its server had us remember too many. */
bool ordering_delete(struct db *db, const char *actor, const char *object, int64_t when, bool *remembered, struct error *err);
/* *when actor deleted object; 0: not that we remember. */
bool ordering_deleted(struct db *db, const char *actor, const char *object, int64_t *when, struct error *err);
/* A text of object comes, in an Update or in a Create; *stale: a later one has overtaken it. */
bool ordering_text(struct db *db, const char *actor, const char *object, bool update, int64_t written, bool *stale, struct error *err);
/* actor took back an activity that has not come: by its id.  signed_at is of the Undo. */
bool ordering_undo(struct db *db, const char *actor, const char *activity, int64_t signed_at, struct error *err);
/* Was the activity, which comes now, taken back ahead?  Its sender may do the same again under the same id after two days. */
bool ordering_undone(struct db *db, const char *actor, const char *activity, int64_t signed_at, bool *undone, struct error *err);
