#pragma once
/*
 * effect - the side effects of an activity (ActivityPub section 7), once its sender is verified.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"

/*
 * Applies activity a of sender and ends its inbox item, in one transaction.  A Follow adds the follower and puts an Accept
 * into the ledger; an Undo, a Block or a Delete ends the follower's address; posts of a followed actor go into the archive.
 * An activity without a side effect ends as done, too.  object: the document fetched because of
 * effect_needs_post, or NULL.
 */
bool effect_apply(struct db *db, const struct inbox_item *item, const struct activity *a, const struct remote_actor *sender,
                  const struct buf *object, struct error *err);
/* Could a have a side effect, so that its signature must be verified?  A post has none when nobody here follows its actor. */
bool effect_has_any(struct db *db, const struct activity *a, bool *any, struct error *err);
/* Does it take time before its transaction begins, as a text that must be cleaned does? */
bool effect_is_heavy(const struct activity *a);
/* *url is that of the document to fetch before effect_apply, a post or the account that another moved to; of owner or a's; NULL: none is needed. */
bool effect_needs_post(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err);
