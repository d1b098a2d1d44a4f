#pragma once
/*
 * followed - what an actor that is followed has to say: its answer to our Follow, its posts, its end.
 *
 * The sender was verified.  A post counts when it is the actor's own, lies on
 * the actor's server and is for the public; feeds/parse/activitystreams.h reads it,
 * feeds/ingest/ingest.h stores it as it stores those of a feed.  All inside the
 * transaction that ends the item; *words is for the record, a literal or
 * owner's.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"

/* An Accept or a Reject.  *mine is false when we asked for nothing of the kind. */
bool followed_answer(void *owner, struct db *db, const struct activity *a, bool *mine, const char **words, struct error *err);
/* Where the post must be fetched that a named only by its id, for it is not known here; NULL in *url when there is no need. */
bool followed_wants(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err);
/*
 * A post that appears, changes, is shared or goes.  object is the document that its id led to (size 0: it came with the
 * activity, or need not be had).
 */
bool followed_post(void *owner, struct db *db, const struct inbox_item *item, const struct activity *a, const struct buf *object, const char **words,
                   struct error *err);
/* The account is no more. */
bool followed_gone(void *owner, struct db *db, const char *actor, struct error *err);
