#include "gateway/fediverse/outbox/posted.h"
#include "gateway/base/memory/shared.h"
#include <stdatomic.h>

/* A slot holds the upper bits of a key's hash, and who sends it: a worker, counted from 1, or DONE.  0: nothing. */
enum { SLOTS = 16384, WHO_BITS = 9, DONE = (1 << WHO_BITS) - 1 };

struct posted {
	_Atomic uint64_t slots[SLOTS];
};

struct posted *posted_new(void) { return shared_new(sizeof(struct posted)); }

static uint64_t hash_of(int64_t issue, const char *inbox)
{
	uint64_t h = 14695981039346656037u ^ (uint64_t)issue * 0x9E3779B97F4A7C15u;
	for (; *inbox; inbox++)
		h = (h ^ (unsigned char)*inbox) * 1099511628211u;
	return h ^ h >> 32;
}

/* Keys of one slot differ in the upper bits. */
static uint64_t entry_of(uint64_t hash, int who) { return (hash & ~(uint64_t)DONE) | (uint64_t)who; }

static int who_sends(uint64_t entry) { return (int)(entry & DONE); }

void posted_forget(struct posted *p, int worker)
{
	for (size_t i = 0; i < SLOTS; i++) {
		uint64_t entry = atomic_load(&p->slots[i]);
		if (who_sends(entry) == worker + 1)
			atomic_compare_exchange_strong(&p->slots[i], &entry, 0);
	}
}

bool posted_has(const struct posted *p, int64_t issue, const char *inbox)
{
	uint64_t hash = hash_of(issue, inbox);
	return atomic_load(&p->slots[hash % SLOTS]) == entry_of(hash, DONE);
}

enum posted_state posted_begin(struct posted *p, int worker, int64_t issue, const char *inbox)
{
	uint64_t hash = hash_of(issue, inbox), mine = entry_of(hash, worker + 1);
	_Atomic uint64_t *slot = &p->slots[hash % SLOTS];
	uint64_t entry = atomic_load(slot);
	do {
		if (entry == entry_of(hash, DONE))
			return POSTED_ALREADY;
		if (entry == mine)
			return POSTED_MINE;
		bool under_way = entry && who_sends(entry) != DONE;
		if (under_way && entry_of(entry, 0) == entry_of(hash, 0))
			return POSTED_SOON;
		/* Of two keys in one slot, the second is sent without an entry: at worst its inbox gets it twice. */
		if (under_way)
			return POSTED_MINE;
	} while (!atomic_compare_exchange_weak(slot, &entry, mine));
	return POSTED_MINE;
}

void posted_end(struct posted *p, int worker, int64_t issue, const char *inbox, bool delivered)
{
	uint64_t hash = hash_of(issue, inbox), mine = entry_of(hash, worker + 1);
	atomic_compare_exchange_strong(&p->slots[hash % SLOTS], &mine, delivered ? entry_of(hash, DONE) : 0);
}
