#pragma once
/*
 * followed - activities of an actor that a publication follows: Accept and Reject, posts, and its Delete.
 *
 * The sender must be verified.  A post is stored when it is the actor's own,
 * has the actor's origin and is public: feeds/parse/activitystreams.c parses
 * it, feeds/ingest/ingest.h stores it like an entry of a feed.  What changes
 * anything is called in the transaction that ends the inbox item; *words is for
 * its row, a literal or owner's.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"

/* An Accept or a Reject.  *mine is false when it does not answer a Follow of ours. */
bool followed_answer(void *owner, struct db *db, const struct activity *a, bool *mine, const char **words, struct error *err);
/* *url is that of the post, when a has only its id and the archive does not have it; NULL when it need not be fetched. */
bool followed_needs_post(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err);
/*
 * A Create, Update, Announce or Delete of a post, in two steps: the first reads and cleans it, before the transaction, the second
 * stores it.  object is the document that was fetched from the post's id; NULL when the post is embedded or not needed.
 */
struct followed_post *followed_read(void *owner, struct db *db, const struct inbox_item *item, const struct activity *a, const struct buf *object,
                                    struct error *err);
bool followed_store(void *owner, struct db *db, const struct inbox_item *item, const struct activity *a, const struct followed_post *post,
                    const char **words, struct error *err);
/* The account was deleted: it is followed no more, and the owners are told. */
bool followed_gone(void *owner, struct db *db, const char *actor, struct error *err);
/* The account has blocked this publication: as a Reject. */
bool followed_block(void *owner, struct db *db, const char *actor, int64_t publication, struct error *err);
