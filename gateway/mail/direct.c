#include "gateway/mail/direct.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { POOLS_MAX = 64 };
/* Then its servers are looked up again. */
#define UNUSED (10 * CLOCK_MINUTE)

struct destination {
	struct smtp_pool *pool; /* owns all of it */
	char *key, *domain;     /* domain: the first one whose letters went there */
	int64_t used;           /* on clock_steady() */
	bool tested;            /* it is not told yet that its servers do not prove who they are, which a policy tests */
};

/* A connection whose last outcome was taken. */
struct place {
	struct smtp_pool *pool; /* NULL: none */
	int connection;         /* of it */
};

struct direct {
	struct smtp_options options;
	struct destination *destinations;
	size_t count, turn;
	struct place *places;   /* as many as there are connections */
	int taken;              /* how many of them have one */
	int epoll;
	int64_t short_since;    /* when it was told that there are no descriptors left, on clock_steady() */
};

static int direct_free(struct direct *d)
{
	close(d->epoll);
	return 0;
}

struct direct *direct_new(void *owner, const struct smtp_options *options, struct error *err)
{
	struct direct *d = mem_new(owner, struct direct);
	d->options = *options;
	d->options.helo = mem_dup(d, options->helo);
	d->options.ca_file = mem_dup_or_null(d, options->ca_file);
	d->options.host = "the receiver's server";
	d->options.user = d->options.password = NULL;
	d->places = mem_array(d, struct place, (size_t)options->connections);
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	talloc_set_destructor(d, direct_free);
	/* A mistake in the options is told at once. */
	struct smtp_pool *trial = d->epoll < 0 ? NULL : smtp_pool_new(d, &d->options, err);
	if (d->epoll < 0)
		error_set(err, ERROR_TEMPORARY, "cannot watch connections: %s", strerror(errno));
	talloc_free(trial);
	if (trial)
		return d;
	talloc_free(d);
	return NULL;
}

static struct destination *find(struct direct *d, const struct route *route)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->destinations[i].key, route->key) == 0)
			return &d->destinations[i];
	return NULL;
}

static bool is_idle(const struct direct *d, const struct destination *to)
{
	bool held = false;
	for (int i = 0; i < d->options.connections; i++)
		held = held || d->places[i].pool == to->pool;
	return !held && smtp_pool_busy(to->pool) == 0;
}

/* The one that was not used for longest; NULL: all are busy. */
static struct destination *idlest(struct direct *d)
{
	struct destination *idlest = NULL;
	for (size_t i = 0; i < d->count; i++)
		if (is_idle(d, &d->destinations[i]) && (!idlest || d->destinations[i].used < idlest->used))
			idlest = &d->destinations[i];
	return idlest;
}

/* Its servers, those of one preference in any order, so that all of them get their share (RFC 5321 section 5.1). */
static struct smtp_target *targets_of(void *owner, const struct mx *mx)
{
	struct smtp_target *targets = mem_array(owner, struct smtp_target, mx->count);
	for (size_t i = 0; i < mx->count; i++) {
		const char **addresses = mem_array(owner, const char *, mx->hosts[i].count);
		for (size_t k = 0; k < mx->hosts[i].count; k++)
			addresses[k] = mem_dup(owner, mx->hosts[i].addresses[k]);
		targets[i] = (struct smtp_target){ mem_dup(owner, mx->hosts[i].name), addresses, mx->hosts[i].count };
	}
	for (size_t from = 0, to; from < mx->count; from = to) {
		for (to = from; to < mx->count && mx->hosts[to].preference == mx->hosts[from].preference; to++)
			continue;
		for (size_t i = to - 1; i > from; i--) {
			size_t k = from + (size_t)random() % (i - from + 1);
			struct smtp_target kept = targets[i];
			targets[i] = targets[k];
			targets[k] = kept;
		}
	}
	return targets;
}

static void give_up_idlest(struct direct *d)
{
	struct destination *place = idlest(d);
	if (!place)
		return;
	talloc_free(place->pool);
	*place = d->destinations[--d->count];
}

static struct smtp_pool *watched_pool(struct direct *d, const struct smtp_options *options, struct error *err)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct smtp_pool *pool = smtp_pool_new(d, options, err);
	if (!pool || epoll_ctl(d->epoll, EPOLL_CTL_ADD, smtp_pool_fd(pool), &event) == 0)
		return pool;
	error_set(err, ERROR_TEMPORARY, "cannot watch connections: %s", strerror(errno));
	talloc_free(pool);
	return NULL;
}

/* The options were tried, so there are no descriptors left; those of one that is idle are for the next try. */
static void run_short(struct direct *d, const struct route *route, const struct error *why)
{
	int64_t now = clock_steady();
	if (!d->short_since || now - d->short_since > CLOCK_MINUTE) {
		log_warning("no connections to a receiver can be made", log_text("receiver", route->receiver), log_text("error", why->text));
		d->short_since = now;
	}
	give_up_idlest(d);
}

/* NULL: not now. */
static struct destination *add(struct direct *d, const struct route *route)
{
	struct error err = { 0 };
	struct smtp_options options = d->options;
	void *scratch = talloc_new(d);
	if (d->count == POOLS_MAX)
		give_up_idlest(d);
	if (route->verified)
		options.security = SMTP_STARTTLS;
	options.host = mem_dup(scratch, route->mx->hosts[0].name);
	options.targets = targets_of(scratch, route->mx);
	options.target_count = route->mx->count;
	struct smtp_pool *pool = watched_pool(d, &options, &err);
	if (!pool) {
		talloc_free(scratch);
		run_short(d, route, &err);
		return NULL;
	}
	talloc_steal(pool, scratch);
	if (route->breach && route->tested)
		log_warning("a receiver's servers are not those that it names", log_text("domain", route->domain), log_text("because", route->breach));
	struct destination *new = mem_push(d, d->destinations, d->count);
	*new = (struct destination){ .pool = pool, .key = mem_dup(pool, route->key), .domain = mem_dup(pool, route->domain), .used = clock_steady(), .tested = route->tested };
	return new;
}

bool direct_has_room(struct direct *d, const struct route *route)
{
	struct destination *known = find(d, route);
	if (direct_busy(d) + d->taken >= d->options.connections)
		return false;
	if (known)
		return smtp_pool_room(known->pool) > 0;
	return (d->count < POOLS_MAX || idlest(d)) && add(d, route);
}

void direct_send(struct direct *d, const struct route *route, const struct smtp_message *message)
{
	struct destination *to = mem_check(find(d, route));
	to->used = clock_steady();
	smtp_pool_send(to->pool, message);
}

static void drop_unused(struct direct *d)
{
	int64_t now = clock_steady();
	for (size_t i = d->count; i-- > 0;) {
		struct destination *to = &d->destinations[i];
		if (!is_idle(d, to) || now - to->used < UNUSED)
			continue;
		talloc_free(to->pool);
		*to = d->destinations[--d->count];
	}
}

int direct_tend(struct direct *d)
{
	int first = -1;
	drop_unused(d);
	for (size_t i = 0; i < d->count; i++) {
		int due = smtp_pool_tend(d->destinations[i].pool);
		if (due >= 0 && (first < 0 || due < first))
			first = due;
	}
	return first;
}

int direct_busy(const struct direct *d)
{
	int busy = 0;
	for (size_t i = 0; i < d->count; i++)
		busy += smtp_pool_busy(d->destinations[i].pool);
	return busy;
}

static void tell_unproven(struct destination *to, const struct smtp_outcome *outcome)
{
	if (!to->tested || outcome->verdict != SMTP_DELIVERED || outcome->verified)
		return;
	log_warning("a receiver's servers do not prove who they are, as its MTA-STS policy tests", log_text("domain", to->domain));
	to->tested = false;
}

bool direct_next(struct direct *d, struct smtp_outcome *outcome)
{
	int place = 0;
	for (size_t i = 0; i < d->count; i++) {
		struct destination *from = &d->destinations[d->turn++ % d->count];
		if (!smtp_pool_next(from->pool, 0, -1, outcome))
			continue;
		tell_unproven(from, outcome);
		/* There is one, because no more letters are under way than there are places. */
		while (d->places[place].pool)
			place++;
		d->places[place] = (struct place){ from->pool, outcome->connection };
		d->taken++;
		outcome->connection = place;
		return true;
	}
	return false;
}

void direct_hold(struct direct *d, int connection, bool held)
{
	struct place *place = &d->places[connection];
	smtp_pool_hold(place->pool, place->connection, held);
	if (held)
		return;
	place->pool = NULL;
	d->taken--;
}

int direct_wait(struct direct *d, int timeout_ms)
{
	for (size_t i = 0; i < d->count; i++)
		timeout_ms = smtp_pool_wait(d->destinations[i].pool, timeout_ms);
	return timeout_ms;
}

int direct_fd(const struct direct *d) { return d->epoll; }
