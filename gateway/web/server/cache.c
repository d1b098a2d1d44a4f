#include "gateway/web/server/cache.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { BUCKETS = 4096 };
#define LIFE CLOCK_MINUTE

struct slot {
	struct slot *next;            /* of the bucket */
	struct slot *newer, *older;   /* by their last use */
	char *key;
	struct answer *answer;
	unsigned shows;
	struct tally_versions versions;
	int64_t made;
	size_t size;
};

struct cache {
	size_t bytes, max_bytes;
	struct slot *newest, *oldest;
	struct slot *buckets[BUCKETS];
};

struct cache *cache_new(void *owner, size_t max_bytes)
{
	struct cache *c = mem_new(owner, struct cache);
	c->max_bytes = max_bytes;
	return c;
}

static struct slot **bucket_of(struct cache *c, const char *key)
{
	uint64_t h = text_hash(key);
	return &c->buckets[(h ^ h >> 31) % BUCKETS];
}

/* Where the slot of key hangs, or would. */
static struct slot **place_of(struct cache *c, const char *key)
{
	struct slot **at = bucket_of(c, key);
	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	return at;
}

static void unlink_use(struct cache *c, struct slot *s)
{
	*(s->newer ? &s->newer->older : &c->newest) = s->older;
	*(s->older ? &s->older->newer : &c->oldest) = s->newer;
}

static void link_newest(struct cache *c, struct slot *s)
{
	s->newer = NULL;
	s->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = s;
	c->newest = s;
}

static void drop(struct cache *c, struct slot *s)
{
	*place_of(c, s->key) = s->next;
	unlink_use(c, s);
	c->bytes -= s->size;
	talloc_free(s);
}

static bool is_right(const struct slot *s, const struct tally_versions *now)
{
	int64_t age = clock_now() - s->made;
	return age >= 0 && age < LIFE && (!(s->shows & EXCHANGE_ARCHIVE) || s->versions.archive == now->archive) &&
	       (!(s->shows & EXCHANGE_PUBLICATION) || s->versions.publication == now->publication) &&
	       (!(s->shows & EXCHANGE_PEOPLE) || s->versions.people == now->people);
}

struct answer *cache_find(struct cache *c, const char *key, const struct tally_versions *versions)
{
	struct slot *s = *place_of(c, key);
	if (!s)
		return NULL;
	if (!is_right(s, versions)) {
		drop(c, s);
		return NULL;
	}
	unlink_use(c, s);
	link_newest(c, s);
	return s->answer;
}

void cache_keep(struct cache *c, const char *key, unsigned shows, const struct tally_versions *versions, struct answer *a)
{
	size_t size = sizeof(struct slot) + strlen(key) + 1 + answer_size(a);
	struct slot *had = *place_of(c, key);
	if (had)
		drop(c, had);
	if (size > c->max_bytes / 4) {
		talloc_free(a);
		return;
	}
	while (c->bytes + size > c->max_bytes)
		drop(c, c->oldest);
	struct slot *s = mem_new(c, struct slot), **at = place_of(c, key);
	*s = (struct slot){ .key = mem_dup(s, key), .answer = talloc_steal(s, a), .shows = shows, .versions = *versions, .made = clock_now(), .size = size };
	*at = s;
	link_newest(c, s);
	c->bytes += size;
}
