#pragma once
/*
 * batch - inbox items that need nothing more, applied and ended together.
 *
 * One transaction for all, because each commit waits for the disk.  When one
 * item fails, each has a transaction of its own, so that it fails alone: it is
 * refused, or deferred when a later try may succeed.
 */
#include "gateway/fediverse/inbox/inbox_request.h"
#include "gateway/fediverse/remote/remote_actor.h"

struct batch;

struct batch *batch_new(void *owner, struct db *db);
/* The activity will take effect.  Takes request over; sender, and post or NULL, must live until batch_apply. */
void batch_add(struct batch *batch, struct inbox_request *request, const struct remote_actor *sender, const struct buf *post);
/* The item will end without an effect.  Takes request over; words are copied. */
void batch_end(struct batch *batch, struct inbox_request *request, enum inbox_item_state state, const char *words);
/* Has the batch an activity of this actor, which may change what the next one means? */
bool batch_has(const struct batch *batch, const char *actor);
size_t batch_count(const struct batch *batch);
/* Adds the ids of its items to *ids, an array of owner's. */
void batch_ids(const struct batch *batch, void *owner, int64_t **ids, size_t *count);
/* For what must live until batch_apply. */
void *batch_memory(struct batch *batch);
/* Applies all and empties the batch; when it returns true, that is on disk.  False: what is left stays for the next call. */
bool batch_apply(struct batch *batch, struct error *err);
/* Refuses one item, or defers it when why is ERROR_TEMPORARY, at once. */
bool batch_fail(struct batch *batch, const struct inbox_request *request, const struct error *why, struct error *err);
