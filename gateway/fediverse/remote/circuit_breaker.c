#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define OPEN_FOR CLOCK_MINUTE
enum { HOSTS = 256 };

struct circuit_breaker {
	struct {
		char *host;
		int64_t until;
	} hosts[HOSTS];
	size_t next;
};

struct circuit_breaker *circuit_breaker_new(void *owner) { return mem_new(owner, struct circuit_breaker); }

void circuit_breaker_trip(struct circuit_breaker *b, const char *host)
{
	size_t i = 0;
	while (i < HOSTS && !(b->hosts[i].host && strcmp(b->hosts[i].host, host) == 0))
		i++;
	if (i == HOSTS) {
		i = b->next++ % HOSTS;
		talloc_free(b->hosts[i].host);
		b->hosts[i].host = mem_dup(b, host);
	}
	b->hosts[i].until = clock_now() + OPEN_FOR;
}

bool circuit_breaker_is_open(const struct circuit_breaker *b, const char *host)
{
	for (size_t i = 0; i < HOSTS; i++)
		if (b->hosts[i].host && strcmp(b->hosts[i].host, host) == 0)
			return clock_now() < b->hosts[i].until;
	return false;
}
