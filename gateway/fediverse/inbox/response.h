#pragma once
/*
 * response - what somebody says to us: likes and shares of our posts, replies, mentions, messages and reports.
 *
 * Finds it in an activity, whatever else that is: a reply may be a post of an
 * account that is followed, too.  The rows are those of
 * gateway/archive/reply/reaction.h and reply.h.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"

struct response;

/* *response is what a says to us, of owner; NULL: nothing, or its host is blocked.  Only reads; a may be forged yet. */
bool response_find(void *owner, struct db *db, const struct activity *a, struct response **response, struct error *err);
/*
 * *url is that of the note when a, which is addressed to a publication here, only names it: to be fetched before response_find can know.
 * NULL: it need not be.  Of owner or a's.
 */
bool response_needs_note(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err);
/* A copy of a, owner's, with that note in it, if document is the note that a names; the rest of it stays a's. */
struct activity *response_with_note(void *owner, const struct activity *a, const struct buf *document);
/* Reads and cleans its text, which takes time: before the transaction.  sender is verified, but may have nothing but its uri. */
void response_prepare(struct response *response, const struct activity *a, const struct remote_actor *sender, int64_t now);
/* Stores it, in the transaction that ends its inbox item; *words says what was done. */
bool response_apply(struct db *db, const struct response *response, const struct inbox_item *item, const char **words, struct error *err);
/* Is the text of a so long that it must be read before a transaction? */
bool response_is_heavy(const struct activity *a);
/* The account is gone: all that it said is. */
bool response_forget(struct db *db, const char *actor, struct error *err);
