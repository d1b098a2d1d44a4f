#pragma once
/*
 * render - a row of the ledger as the activity that is posted.
 *
 * The same row gives the same activity id each time, so a repeat is known as
 * one.  One issue goes to many inboxes, so the last body is kept.
 */
#include "gateway/base/db/db.h"
#include "subscribers/ledger/ledger.h"

struct render;

struct render *render_new(void *owner, struct db *db);
/*
 * The body for this row, borrowed until the next call.  NULL with ERROR_NOT_FOUND when there is nothing (any more) that
 * may be sent, ERROR_INVALID for a notice that is not for the fediverse, or db's error.
 */
const char *render_body(struct render *r, const struct delivery *d, struct error *err);
