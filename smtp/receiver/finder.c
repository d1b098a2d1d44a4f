#include "smtp/receiver/finder.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/thread.h"
#include "gateway/base/text/text.h"
#include "smtp/receiver/receiver.h"
#include "smtp/receiver/sts_cache.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define KEEP_FOUND CLOCK_HOUR
#define KEEP_FAILED (5 * CLOCK_MINUTE)
#define BUDGET (8 * CLOCK_SECOND)
enum { THREADS = 4, BUCKETS = 4096, ENTRIES_MAX = 50000, PATIENCE_S = 1 };

enum entry_state { ENTRY_WAITING, ENTRY_TAKEN, ENTRY_DONE };

/* What a thread works on has no owner, because talloc's trees belong to one thread each. */
struct entry {
	struct entry *next;      /* of its bucket */
	struct entry *following; /* while it waits */
	enum entry_state state;
	char *domain;
	struct route route;
	struct sts_known *sts;   /* its policy, which outlives what else was found; or NULL */
	int64_t until;           /* on clock_steady() */
};

/* What threads and caller share.  It outlives the finder when a thread still waits for an answer of DNS. */
struct shared {
	pthread_mutex_t lock;
	pthread_cond_t waiting;
	struct entry *first, **last;
	bool stop;
	int fd;
	char *resolver;
	const char **allow_networks; /* as texts, ends with NULL */
	char *ca_file;
	struct network *allowed;
	size_t allowed_count;
};

struct finder {
	struct shared *shared;
	pthread_t *threads;
	int count;
	struct entry *buckets[BUCKETS];
	size_t entries;
};

static bool allows(const void *context, const struct network_address *address)
{
	const struct shared *s = context;
	bool named = false;
	for (size_t i = 0; i < s->allowed_count; i++)
		named = named || network_holds(&s->allowed[i], address);
	return named || !network_reserved(address);
}

/* Its servers by name: of equals, addresses do not matter. */
static char *key_of(void *owner, const struct mx *mx, const struct route *route)
{
	char *key = mem_dup(owner, route->verified ? "verified\n" : route->tested ? "tested\n" : "");
	for (size_t i = 0; i < mx->count; i++)
		key = mem_printf(owner, "%s%d %s\n", key, mx->hosts[i].preference, mx->hosts[i].name);
	return key;
}

/* Only the servers that the policy names stay. */
static void heed_policy(struct entry *e, struct mx *mx)
{
	const struct sts_policy *policy = e->sts->policy;
	size_t kept = 0, count = mx->count;
	for (size_t i = 0; i < count; i++)
		if (sts_policy_names(policy, mx->hosts[i].name))
			mx->hosts[kept++] = mx->hosts[i];
		else
			e->route.breach = mem_printf(e, "its MTA-STS policy does not name its mail server '%s'", mx->hosts[i].name);
	e->route.tested = policy->mode == STS_TESTING;
	e->route.verified = policy->mode == STS_ENFORCE;
	if (!e->route.verified)
		return;
	mx->count = kept;
	if (kept > 0)
		return;
	mx->state = MX_UNKNOWN;
	mx->why = e->route.breach;
}

static struct mx *look_up(struct entry *e, const struct shared *s)
{
	const struct http_options http = { .allow_networks = s->allow_networks, .ca_file = s->ca_file, .parallel = 1 };
	struct error err = { 0 };
	struct dns *dns = dns_new(e, s->resolver, BUDGET, &err);
	struct mx *mx = dns ? mx_find(e, dns, e->domain, allows, s) : mem_new(e, struct mx);
	if (!dns)
		*mx = (struct mx){ .state = MX_UNKNOWN, .why = mem_dup(mx, err.text) };
	if (mx->state == MX_FOUND)
		e->sts = sts_look_up(e, dns, &http, e->domain, e->sts);
	talloc_free(dns);
	return mx;
}

static void find(struct entry *e, const struct shared *s)
{
	struct mx *mx = look_up(e, s);
	if (mx->state == MX_FOUND && e->sts && e->sts->policy->mode != STS_NONE)
		heed_policy(e, mx);
	e->route.domain = e->domain;
	e->route.receiver = mx->count ? receiver_of(mx->hosts[0].name) : e->domain;
	e->route.key = key_of(e, mx, &e->route);
	e->route.mx = mx;
	e->until = clock_steady() + (mx->state == MX_UNKNOWN || mx->state == MX_NOBODY ? KEEP_FAILED : KEEP_FOUND);
}

static struct entry *take_first(struct shared *s)
{
	struct entry *e = s->first;
	s->first = e->following;
	if (!s->first)
		s->last = &s->first;
	e->state = ENTRY_TAKEN;
	return e;
}

static void *work(void *shared)
{
	static const uint64_t one = 1;
	struct shared *s = shared;
	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		if (!s->first) {
			pthread_cond_wait(&s->waiting, &s->lock);
			continue;
		}
		struct entry *e = take_first(s);
		pthread_mutex_unlock(&s->lock);
		find(e, s);
		pthread_mutex_lock(&s->lock);
		e->state = ENTRY_DONE;
		/* A counter that is full wakes the caller as well. */
		if (write(s->fd, &one, sizeof one) < 0)
			continue;
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void free_all(struct finder *f)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = f->buckets[i], *next; e; e = next) {
			next = e->next;
			talloc_free(e);
		}
	close(f->shared->fd);
	talloc_free(f->shared);
}

/* A thread that waits for DNS must not hold up the end of the process. */
static int finder_free(struct finder *f)
{
	struct timespec end;
	bool all = true;
	pthread_mutex_lock(&f->shared->lock);
	f->shared->stop = true;
	pthread_cond_broadcast(&f->shared->waiting);
	pthread_mutex_unlock(&f->shared->lock);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_S;
	for (int i = 0; i < f->count; i++)
		if (pthread_timedjoin_np(f->threads[i], NULL, &end) != 0) {
			pthread_detach(f->threads[i]);
			all = false;
		}
	if (all)
		free_all(f);
	return 0;
}

static bool read_networks(struct shared *s, const char *const *texts, struct error *err)
{
	size_t count = 0;
	for (; texts && *texts; texts++) {
		*mem_push(s, s->allow_networks, count) = mem_dup(s, *texts);
		if (!network_parse(*texts, mem_push(s, s->allowed, s->allowed_count), err))
			return false;
	}
	*mem_push(s, s->allow_networks, count) = NULL;
	return true;
}

static struct shared *shared_make(const struct finder_options *o, struct error *err)
{
	struct shared *s = mem_new(NULL, struct shared);
	/* A mistake in it is told at once. */
	struct dns *dns = dns_new(s, o->resolver, 0, err);
	bool fine = dns && read_networks(s, o->allow_networks, err);
	talloc_free(dns);
	s->fd = fine ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
	if (fine && s->fd < 0)
		error_set(err, ERROR_TEMPORARY, "cannot make an eventfd: %s", strerror(errno));
	if (s->fd < 0) {
		talloc_free(s);
		return NULL;
	}
	s->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	s->waiting = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	s->last = &s->first;
	s->resolver = mem_dup_or_null(s, o->resolver);
	s->ca_file = mem_dup_or_null(s, o->ca_file);
	return s;
}

struct finder *finder_new(void *owner, const struct finder_options *o, struct error *err)
{
	struct shared *shared = shared_make(o, err);
	int wanted = o->threads ? o->threads : THREADS;
	if (!shared)
		return NULL;
	struct finder *f = mem_new(owner, struct finder);
	f->shared = shared;
	f->threads = mem_array(f, pthread_t, (size_t)wanted);
	while (f->count < wanted && thread_start(&f->threads[f->count], work, shared) == 0)
		f->count++;
	talloc_set_destructor(f, finder_free);
	if (f->count > 0)
		return f;
	talloc_free(f);
	error_set(err, ERROR_TEMPORARY, "cannot start a thread that asks DNS");
	return NULL;
}

static struct entry **bucket_of(struct finder *f, const char *domain) { return &f->buckets[text_hash(domain) % BUCKETS]; }

static void queue(struct finder *f, struct entry *e)
{
	struct shared *s = f->shared;
	pthread_mutex_lock(&s->lock);
	e->state = ENTRY_WAITING;
	e->following = NULL;
	*s->last = e;
	s->last = &e->following;
	pthread_cond_signal(&s->waiting);
	pthread_mutex_unlock(&s->lock);
}

/* All that nobody works on. */
static void forget_all(struct finder *f)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry **at = &f->buckets[i]; *at;) {
			struct entry *e = *at;
			if (e->state != ENTRY_DONE) {
				at = &e->next;
				continue;
			}
			*at = e->next;
			f->entries--;
			talloc_free(e);
		}
}

static struct entry *add(struct finder *f, const char *domain)
{
	if (f->entries >= ENTRIES_MAX) {
		pthread_mutex_lock(&f->shared->lock);
		forget_all(f);
		pthread_mutex_unlock(&f->shared->lock);
	}
	struct entry *e = mem_new(NULL, struct entry), **bucket = bucket_of(f, domain);
	e->domain = mem_dup(e, domain);
	e->next = *bucket;
	*bucket = e;
	f->entries++;
	queue(f, e);
	return e;
}

static bool is_done(struct finder *f, const struct entry *e)
{
	pthread_mutex_lock(&f->shared->lock);
	bool done = e->state == ENTRY_DONE;
	pthread_mutex_unlock(&f->shared->lock);
	return done;
}

static struct entry *entry_of(struct finder *f, const char *domain)
{
	struct entry *e = *bucket_of(f, domain);
	while (e && strcmp(e->domain, domain) != 0)
		e = e->next;
	return e;
}

const struct route *finder_known(struct finder *f, const char *domain)
{
	struct entry *e = entry_of(f, domain);
	return e && is_done(f, e) ? &e->route : NULL;
}

const struct route *finder_ask(struct finder *f, const char *domain)
{
	struct entry *e = entry_of(f, domain);
	if (!e) {
		add(f, domain);
		return NULL;
	}
	if (!is_done(f, e))
		return NULL;
	if (clock_steady() < e->until)
		return &e->route;
	/* What was found before is not used while it is looked up again. */
	struct sts_known *sts = talloc_steal(NULL, e->sts);
	talloc_free_children(e);
	e->sts = talloc_steal(e, sts);
	e->route = (struct route){ 0 };
	e->domain = mem_dup(e, domain);
	queue(f, e);
	return NULL;
}

void finder_seen(struct finder *f)
{
	eventfd_t ignored;
	eventfd_read(f->shared->fd, &ignored);
}

int finder_fd(const struct finder *f) { return f->shared->fd; }
