#pragma once
/*
 * cache - ready answers, kept until the database changes.
 *
 * Holds what is the same for every anonymous visitor.  Whatever commits,
 * whoever commits it, empties the cache; so does a minute, because a gate
 * may close with time alone.
 */
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

struct cache;
struct cached {
	struct MHD_Response *response;
	unsigned status;
	const char *etag;
};

struct cache *cache_new(void *owner);
/* Empties it when version is not the one of its content. To be called before each lookup. */
void cache_check(struct cache *c, int64_t version);
/* NULL when key is not there. Belongs to the cache. */
const struct cached *cache_find(struct cache *c, const char *key);
/* Keeps response, with a reference of its own; size is what it holds, in bytes. */
void cache_keep(struct cache *c, const char *key, const struct cached *what, size_t size);
