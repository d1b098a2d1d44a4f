#pragma once
/*
 * render - composes the activity for a row of the ledger.
 *
 * The same issue has the same activity id each time, so the peer recognises a
 * repeated delivery.  One issue goes to many inboxes, so the last body is
 * cached.
 */
#include "gateway/base/db/db.h"
#include "subscribers/ledger/ledger.h"

struct render;

struct render *render_new(void *owner, struct db *db);
/*
 * The body of the POST for this row, borrowed until the next call.  NULL with ERROR_NOT_FOUND when the entry may not be
 * shown (any more), ERROR_INVALID when the notice has no activity, or db's error.
 */
const char *render_body(struct render *r, const struct delivery *d, struct error *err);
