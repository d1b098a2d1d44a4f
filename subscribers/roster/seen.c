#include "subscribers/roster/seen.h"
#include "gateway/base/memory/mem.h"
#include <stdint.h>

struct seen {
	uint64_t *slots; /* 0: free */
	size_t size, count;
};

enum { FIRST = 1024 };

struct seen *seen_new(void *owner)
{
	struct seen *seen = mem_new(owner, struct seen);
	seen->size = FIRST;
	seen->slots = mem_array(seen, uint64_t, FIRST);
	return seen;
}

/* FNV-1a, and a finish that spreads the low bits. */
static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	h = (h ^ h >> 32) * UINT64_C(0x9E3779B97F4A7C15);
	h ^= h >> 29;
	return h ? h : 1;
}

static bool put(struct seen *seen, uint64_t h)
{
	size_t i = h & (seen->size - 1);
	while (seen->slots[i] && seen->slots[i] != h)
		i = (i + 1) & (seen->size - 1);
	bool had = seen->slots[i] != 0;
	seen->slots[i] = h;
	seen->count += !had;
	return had;
}

static void grow(struct seen *seen)
{
	uint64_t *old = seen->slots;
	size_t size = seen->size;
	seen->size = size * 2;
	seen->count = 0;
	seen->slots = mem_array(seen, uint64_t, seen->size);
	for (size_t i = 0; i < size; i++)
		if (old[i])
			put(seen, old[i]);
	talloc_free(old);
}

bool seen_before(struct seen *seen, const char *text)
{
	if (seen->count * 4 >= seen->size * 3)
		grow(seen);
	return put(seen, hash(text));
}
