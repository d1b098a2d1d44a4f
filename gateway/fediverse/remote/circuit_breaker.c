#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define PAUSE CLOCK_MINUTE
enum { HOSTS = 256 };

struct circuit_breaker {
	struct {
		char *host;
		int64_t until;
	} hosts[HOSTS];
	size_t next;
};

struct circuit_breaker *circuit_breaker_new(void *owner) { return mem_new(owner, struct circuit_breaker); }

void circuit_breaker_trip(struct circuit_breaker *s, const char *host)
{
	size_t i = 0;
	while (i < HOSTS && !(s->hosts[i].host && strcmp(s->hosts[i].host, host) == 0))
		i++;
	if (i == HOSTS) {
		i = s->next++ % HOSTS;
		talloc_free(s->hosts[i].host);
		s->hosts[i].host = mem_dup(s, host);
	}
	s->hosts[i].until = clock_now() + PAUSE;
}

bool circuit_breaker_is_open(const struct circuit_breaker *s, const char *host)
{
	for (size_t i = 0; i < HOSTS; i++)
		if (s->hosts[i].host && strcmp(s->hosts[i].host, host) == 0)
			return clock_now() < s->hosts[i].until;
	return false;
}
