#pragma once
/*
 * cache - ready answers, kept until what they show changes.
 *
 * Holds what is the same for all who ask alike.  An answer is dropped when a
 * version of what it shows has moved on (tally.h); after a minute, because a
 * gate may close with time alone; and when others need its place more.
 */
#include "gateway/archive/store/tally.h"
#include "gateway/web/server/answer.h"

struct cache;

/* Holds max_bytes at most. */
struct cache *cache_new(void *owner, size_t max_bytes);
/* The answer that was kept under key, if it is still right at these versions of its publication; else NULL.  Belongs to the cache, until the
 * next call. */
struct answer *cache_find(struct cache *c, const char *key, const struct tally_versions *versions);
/* Keeps a, which it takes over; shows are EXCHANGE_... and versions those of the time before a was made. */
void cache_keep(struct cache *c, const char *key, unsigned shows, const struct tally_versions *versions, struct answer *a);
