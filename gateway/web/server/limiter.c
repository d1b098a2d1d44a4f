#include "gateway/web/server/limiter.h"
#include "gateway/base/memory/shared.h"
#include "gateway/base/system/clock.h"
#include <arpa/inet.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <string.h>

/* Power of two.  A collision makes two strangers share a bucket. */
enum { BUCKETS = 16384 };

struct limiter {
	int64_t burst_ms, per_ms;
	uint64_t seed;
	_Atomic int64_t full_at[BUCKETS]; /* steady time when the bucket will be full again */
};

struct limiter *limiter_new(int burst, int64_t per_ms)
{
	struct limiter *l = shared_new(sizeof *l);
	l->per_ms = per_ms;
	l->burst_ms = burst * per_ms;
	if (RAND_bytes((unsigned char *)&l->seed, sizeof l->seed) != 1)
		l->seed = (uint64_t)clock_now();
	return l;
}

/* FNV-1a over the network that an address stands for, seeded so that nobody can aim at a bucket. */
static uint64_t network_of(const struct limiter *l, const char *remote)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	unsigned char bytes[16] = { 0 };
	size_t size = 4;
	if (inet_pton(AF_INET, remote, bytes) != 1) {
		size = 8;
		if (inet_pton(AF_INET6, remote, bytes) != 1)
			memcpy(bytes, remote, strnlen(remote, size));
		else if (memcmp(bytes, mapped, sizeof mapped) == 0)
			/* An IPv4 client on a socket for both. */
			memmove(bytes, bytes + sizeof mapped, size = 4);
	}
	uint64_t h = 14695981039346656037u ^ l->seed;
	for (size_t i = 0; i < size; i++)
		h = (h ^ bytes[i]) * 1099511628211u;
	return h ^ h >> 29;
}

int64_t limiter_take(struct limiter *l, const char *remote)
{
	if (!*remote)
		return 0;
	_Atomic int64_t *full_at = &l->full_at[network_of(l, remote) % BUCKETS];
	int64_t now = clock_steady(), before = atomic_load(full_at), from;
	do {
		from = before > now ? before : now;
		if (from + l->per_ms - now > l->burst_ms)
			return from + l->per_ms - now - l->burst_ms;
	} while (!atomic_compare_exchange_weak(full_at, &before, from + l->per_ms));
	return 0;
}
