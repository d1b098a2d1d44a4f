#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/base/memory/shared.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <stdatomic.h>
#include <stdint.h>

#define OPEN_FOR CLOCK_MINUTE
/* A slot holds the upper half of a host's hash, and until when its circuit is open, in seconds of the steady clock.  Of two hosts in one
 * slot, the last one is remembered. */
enum { SLOTS = 1024 };

struct circuit_breaker {
	_Atomic uint64_t slots[SLOTS];
};

struct circuit_breaker *circuit_breaker_new(void) { return shared_new(sizeof(struct circuit_breaker)); }

static uint64_t hash_of(const char *host)
{
	uint64_t h = text_hash(host);
	return h ^ h >> 29;
}

void circuit_breaker_trip(struct circuit_breaker *b, const char *host)
{
	uint64_t hash = hash_of(host), until = (uint64_t)((clock_steady() + OPEN_FOR) / CLOCK_SECOND);
	atomic_store(&b->slots[hash % SLOTS], hash >> 32 << 32 | (until & UINT32_MAX));
}

bool circuit_breaker_is_open(const struct circuit_breaker *b, const char *host)
{
	uint64_t hash = hash_of(host), slot = atomic_load(&b->slots[hash % SLOTS]);
	return slot >> 32 == hash >> 32 && (uint64_t)(clock_steady() / CLOCK_SECOND) < (slot & UINT32_MAX);
}
