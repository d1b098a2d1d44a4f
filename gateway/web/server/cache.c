#include "gateway/web/server/cache.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

enum { SLOTS = 4096, MAX_BYTES = 32 << 20 };
#define LIFE CLOCK_MINUTE

struct slot {
	char *key;
	struct cached what;
};

struct cache {
	void *held;     /* parent of the content's strings */
	int64_t version, since;
	size_t bytes;
	struct slot slots[SLOTS];
};

static void clear(struct cache *c)
{
	for (size_t i = 0; i < SLOTS && c->bytes; i++)
		if (c->slots[i].key) {
			MHD_destroy_response(c->slots[i].what.response);
			c->slots[i] = (struct slot){ 0 };
		}
	talloc_free(c->held);
	c->held = talloc_new(c);
	c->bytes = 0;
}

static int cache_free(struct cache *c)
{
	clear(c);
	return 0;
}

struct cache *cache_new(void *owner)
{
	struct cache *c = mem_new(owner, struct cache);
	c->held = talloc_new(c);
	talloc_set_destructor(c, cache_free);
	return c;
}

void cache_check(struct cache *c, int64_t version)
{
	int64_t now = clock_now();
	if (c->version == version && now - c->since < LIFE && now >= c->since)
		return;
	clear(c);
	c->version = version;
	c->since = now;
}

static struct slot *slot_of(struct cache *c, const char *key)
{
	uint64_t h = 14695981039346656037u;
	for (const char *p = key; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return &c->slots[(h ^ h >> 31) % SLOTS];
}

const struct cached *cache_find(struct cache *c, const char *key)
{
	struct slot *s = slot_of(c, key);
	return s->key && strcmp(s->key, key) == 0 ? &s->what : NULL;
}

void cache_keep(struct cache *c, const char *key, const struct cached *what, size_t size)
{
	struct slot *s = slot_of(c, key);
	/* When the cache is full or the slot is taken, nothing is replaced: the next commit empties the cache. */
	if (s->key || c->bytes + size > MAX_BYTES)
		return;
	s->key = mem_dup(c->held, key);
	s->what = (struct cached){ what->response, what->status, mem_dup_or_null(c->held, what->etag) };
	c->bytes += size + strlen(key) + 1;
}
