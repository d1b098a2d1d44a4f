#pragma once
/*
 * helper_pool - the helpers of one process, and the documents that wait for them.
 *
 * Nothing here waits: helper_pool_next does what can be done now, and
 * helper_pool_fd becomes readable when there is more to do.  A helper is
 * started when there is a document for it.  One that ends, takes too long or
 * answers nonsense loses its document only: the answer says so in words, and
 * another is started, after a pause that doubles while none of its documents
 * is answered.
 */
#include "feeds/helper/helper_message.h"

struct helper_pool;

struct helper_task {
	struct helper_request request; /* what it points to must stay until the answer */
	const void *taker;             /* who takes the answer */
	void *tag;                     /* the taker's */
};

struct helper_pool *helper_pool_new(void *owner, struct error *err);
void helper_pool_give(struct helper_pool *pool, const struct helper_task *task);
/* The answer to a task of that taker, which belongs to owner, or NULL when none is there yet; *tag is the task's. */
struct helper_answer *helper_pool_next(void *owner, struct helper_pool *pool, const void *taker, void **tag);
/* Readable when helper_pool_next has something to do; it belongs to pool.  Times that are over are noticed by helper_pool_next only. */
int helper_pool_fd(const struct helper_pool *pool);
/* Waits until there is something to do, timeout_ms at most. */
void helper_pool_wait(const struct helper_pool *pool, int timeout_ms);
/* Tasks whose answers are not taken yet; the bytes of their documents. */
size_t helper_pool_count(const struct helper_pool *pool);
size_t helper_pool_bytes(const struct helper_pool *pool);
