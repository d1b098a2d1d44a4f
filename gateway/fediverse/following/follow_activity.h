#pragma once
/*
 * follow_activity - the Follow that a publication sends, and the Undo that takes it back.
 *
 * following.h decides when they are sent.  Documents belong to owner.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/db/db.h"
#include "gateway/fediverse/document/jsonld.h"

/* A Follow of actor by p; id is the id of the activity. */
json_t *follow_activity(void *owner, const struct publication *p, const char *id, const char *actor);
/* An Undo of that Follow, with the Follow inside. */
json_t *follow_activity_undo(void *owner, const struct publication *p, const char *id, const char *actor);
/* Puts an activity for this address (which need not be a follower's) into the ledger, as a notice. */
bool follow_activity_send(struct db *db, int64_t address, json_t *activity, struct error *err);
