#pragma once
/*
 * effect - what an activity changes here, once it is known who sent it.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"

/*
 * Applies a, sent by sender, and ends the item that brought it, in one transaction.  A Follow is confirmed and its
 * Accept put into the ledger; an Undo, a Block and a Delete end the follower's address; posts of an actor that is followed
 * go into the archive.  What has no effect here is recorded as done all the same.  object: the document that was fetched
 * because effect_wants said so, or NULL.
 */
bool effect_apply(struct db *db, const struct inbox_item *item, const struct activity *a, const struct remote_actor *sender, const struct buf *object,
                  struct error *err);
/* Has this any effect, so that it is worth finding out who sent it?  *any is false for what strangers post. */
bool effect_has_any(struct db *db, const struct activity *a, bool *any, struct error *err);
/* The URL of the post without which it has none, owner's; or NULL in *url. */
bool effect_wants(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err);
