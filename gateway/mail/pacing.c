#include "gateway/mail/pacing.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/shared.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "smtp/receiver/throttle.h"
#include <errno.h>
#include <pthread.h>
#include <string.h>

enum { RECEIVERS = 1024, PROBES = 16, NAME_ROOM = 128, WORKERS = 32, LEAST_APART_MS = 50 };
#define LATEST (10 * CLOCK_MINUTE)

struct receiver {
	char name[NAME_ROOM];     /* "": nobody's; one longer than that shares it with those that begin so */
	struct throttle throttle;
	int under_way[WORKERS];
	int64_t used, slot;       /* when it was last asked for; when the last letter that had to wait comes back */
};

struct pacing_table {
	pthread_mutex_t lock;     /* shared by processes; one that dies with it leaves numbers that are never far from right */
	struct receiver receivers[RECEIVERS];
};

struct pacing {
	struct pacing_table *table;
	int worker, most;
};

struct pacing_table *pacing_table_new(void)
{
	struct pacing_table *t = shared_new(sizeof *t);
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&t->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return t;
}

static void lock(struct pacing_table *t)
{
	if (pthread_mutex_lock(&t->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&t->lock);
}

struct pacing *pacing_new(void *owner, struct pacing_table *table, int worker, int most)
{
	struct pacing *p = mem_new(owner, struct pacing);
	*p = (struct pacing){ .table = table ? table : pacing_table_new(), .worker = worker % WORKERS, .most = most };
	lock(p->table);
	for (size_t i = 0; i < RECEIVERS; i++)
		p->table->receivers[i].under_way[p->worker] = 0;
	pthread_mutex_unlock(&p->table->lock);
	return p;
}

static int under_way(const struct receiver *r)
{
	int sum = 0;
	for (int i = 0; i < WORKERS; i++)
		sum += r->under_way[i];
	return sum;
}

/* Its place, which it takes from the one that was not asked for longest when all those that it may have are taken. */
static struct receiver *find(struct pacing *p, const char *whole, int64_t now)
{
	char name[NAME_ROOM] = "";
	size_t hash = text_hash(whole);
	struct receiver *oldest = NULL;
	memcpy(name, whole, strnlen(whole, sizeof name - 1));
	for (size_t i = 0; i < PROBES; i++) {
		struct receiver *r = &p->table->receivers[(hash + i) % RECEIVERS];
		if (strcmp(r->name, name) == 0) {
			r->used = now;
			return r;
		}
		if (!oldest || (under_way(r) == 0 && (r->used < oldest->used || under_way(oldest) > 0)))
			oldest = r;
	}
	*oldest = (struct receiver){ .used = now };
	memcpy(oldest->name, name, sizeof name);
	throttle_begin(&oldest->throttle, p->most);
	return oldest;
}

int64_t pacing_begin(struct pacing *p, const char *receiver)
{
	int64_t now = clock_steady();
	lock(p->table);
	struct receiver *r = find(p, receiver, now);
	int64_t wait = throttle_wait(&r->throttle, now, under_way(r));
	if (wait == 0) {
		r->under_way[p->worker]++;
		throttle_begun(&r->throttle, now);
	}
	pthread_mutex_unlock(&p->table->lock);
	return wait;
}

bool pacing_end(struct pacing *p, const char *receiver, enum pacing_end end)
{
	int64_t now = clock_steady();
	lock(p->table);
	struct receiver *r = find(p, receiver, now);
	int64_t before = r->throttle.until;
	r->under_way[p->worker] -= r->under_way[p->worker] > 0;
	if (end == PACING_TAKEN)
		throttle_taken(&r->throttle);
	else if (end == PACING_THROTTLED)
		throttle_slow_down(&r->throttle, now);
	bool stopped = r->throttle.until != before;
	pthread_mutex_unlock(&p->table->lock);
	return stopped;
}

int64_t pacing_later(struct pacing *p, const char *receiver, int64_t wait)
{
	int64_t now = clock_steady();
	lock(p->table);
	struct receiver *r = find(p, receiver, now);
	int64_t apart = r->throttle.spacing > LEAST_APART_MS ? r->throttle.spacing : LEAST_APART_MS, first = now + (wait > 0 ? wait : 0);
	r->slot = r->slot < first ? first : r->slot + apart;
	/* The rate may have grown until then. */
	if (r->slot > first + LATEST)
		r->slot = first + LATEST;
	int64_t later = r->slot - now;
	pthread_mutex_unlock(&p->table->lock);
	return later;
}
