#include "gateway/mail/servers.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/mail/direct.h"
#include "gateway/mail/warm_up.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* A server that has answered nothing for so long while it is busy holds up no others. */
#define SLOW CLOCK_SECOND
/* After it has refused us; doubles with each time. */
#define FIRST_PAUSE CLOCK_SECOND
#define LONGEST_PAUSE CLOCK_MINUTE
/* So many letters of weight 1 may a server be ahead of one that is busy.  More would wait for nothing, less would stop and go. */
#define AHEAD 4.0

/* Of a server's letters of a day, so many are reserved at once; when they are used up, it is asked so much later whether there are more. */
enum { AT_ONCE = 10, SMTP_PORT = 25 };
#define ASK_AGAIN (10 * CLOCK_SECOND)

struct seat {
	struct server *server;
	int connection;
};

struct server {
	const char *name;
	struct smtp_pool *pool;  /* of a relay; else NULL, and */
	struct direct *direct;
	struct seat *seats;      /* of each connection */
	int unsettled;           /* how many of these wait for servers_settle */
	int weight, per_second;  /* this worker's part; 0: no limit */
	double given;            /* messages, by weight */
	int64_t second, sent_in_second;
	int64_t answered;        /* when its last outcome came, by clock_steady */
	int64_t refused_until, pause;
	struct db *db;
	struct warm_up warm_up;
	int64_t reserved;        /* letters that it may have of today's */
	int64_t used_up;         /* until when it is not asked again whether there are any, by clock_steady */
};

struct servers {
	struct server *all;
	size_t count, turn;
	struct server *chosen;   /* by servers_have_room, for servers_send; or NULL */
	int epoll, wake_fd;      /* watches the descriptors of all pools, and that one (-1: none), when there are several */
};

static int servers_free(struct servers *s)
{
	struct error ignored;
	for (size_t i = 0; i < s->count; i++)
		if (s->all[i].reserved > 0)
			warm_up_return(s->all[i].db, s->all[i].name, clock_now(), s->all[i].reserved, &ignored);
	close(s->epoll);
	return 0;
}

void servers_options(const struct config *config, const struct config_server *c, struct smtp_options *options)
{
	static const enum smtp_security security[] = { [CONFIG_TLS] = SMTP_TLS, [CONFIG_STARTTLS] = SMTP_STARTTLS, [CONFIG_ENCRYPTED] = SMTP_ENCRYPTED,
	                                               [CONFIG_OPPORTUNISTIC] = SMTP_OPPORTUNISTIC, [CONFIG_PLAIN] = SMTP_PLAIN };
	const char *host = c->host ? c->host : "localhost";
	bool socket = !c->direct && smtp_is_socket(host);
	*options = (struct smtp_options){ .host = c->direct ? "localhost" : host, .port = c->direct ? SMTP_PORT : c->port,
	                                  .security = c->direct ? SMTP_OPPORTUNISTIC : socket ? SMTP_PLAIN : security[c->security],
	                                  .lmtp = !c->direct && c->protocol == CONFIG_PROTOCOL_LMTP, .user = c->user, .password = c->password, .token_file = c->token_file,
	                                  .ca_file = config->ca_file };
}

/* Once there are all servers, which then stay where they are. */
static void give_seats(struct servers *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < talloc_array_length(s->all[i].seats); k++)
			s->all[i].seats[k] = (struct seat){ &s->all[i], (int)k };
}

static void watch(struct servers *s, int fd)
{
	/* Only a shortage of memory in the kernel, or of its limit for watches, can refuse it. */
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){ .events = EPOLLIN }) != 0)
		mem_check(NULL);
}

static struct servers *without_any(void *owner, struct error *err)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		error_set(err, ERROR_TEMPORARY, "cannot watch connections: %s", strerror(errno));
		return NULL;
	}
	struct servers *s = mem_new(owner, struct servers);
	s->epoll = epoll;
	s->wake_fd = -1;
	talloc_set_destructor(s, servers_free);
	return s;
}

struct servers *servers_new(void *owner, const struct role *role, const char *helo, struct error *err)
{
	struct servers *s = without_any(owner, err);
	for (size_t i = 0; s && i < role->config->mail.server_count; i++) {
		const struct config_server *c = &role->config->mail.servers[i];
		int connections = role_part(role, c->connections), per_second = role_part(role, c->per_second);
		/* Another worker has all of it. */
		if (connections == 0 || (c->per_second && !per_second))
			continue;
		struct smtp_options options;
		servers_options(role->config, c, &options);
		options.helo = helo;
		options.connections = connections;
		struct direct *direct = c->direct ? direct_new(s, &options, err) : NULL;
		struct smtp_pool *pool = c->direct ? NULL : smtp_pool_new(s, &options, err);
		if (!pool && !direct) {
			error_prefix(err, "mail server '%s': ", c->name ? c->name : "localhost");
			talloc_free(s);
			return NULL;
		}
		*mem_push(s, s->all, s->count) = (struct server){ .name = c->name, .pool = pool, .direct = direct, .seats = mem_array(s, struct seat, (size_t)connections),
		                                                  .weight = c->weight, .per_second = per_second,
		                                                  .db = role->db, .warm_up = { c->warm_up, c->warm_up_growth } };
		watch(s, direct ? direct_fd(direct) : smtp_pool_fd(pool));
	}
	if (s)
		give_seats(s);
	return s;
}

static bool in_pace(struct server *server, int64_t now)
{
	if (now / CLOCK_SECOND != server->second)
		server->second = now / CLOCK_SECOND, server->sent_in_second = 0;
	return server->per_second == 0 || server->sent_in_second < server->per_second;
}

static bool takes(const struct server *server, const struct route *route)
{
	if (!server->direct)
		return smtp_pool_room(server->pool) > 0;
	return route && route->mx->state == MX_FOUND && direct_has_room(server->direct, route);
}

static int busy(const struct server *server) { return server->direct ? direct_busy(server->direct) : smtp_pool_busy(server->pool); }
static int taken(const struct server *server) { return busy(server) + server->unsettled; }

/* Has it letters left of today's, or is it known well enough? */
static bool is_warm(struct server *server, bool urgent)
{
	struct error err;
	int64_t now = clock_steady(), want = urgent ? 1 : AT_ONCE, got = 0;
	if (server->warm_up.first == 0 || server->reserved > 0)
		return true;
	if (!urgent && now < server->used_up)
		return false;
	if (!warm_up_reserve(server->db, server->name, &server->warm_up, clock_now(), want, urgent, &got, &err))
		log_warning("it is not known how many letters a server may have today", log_text("server", server->name), log_text("error", err.text));
	server->reserved = got;
	if (got == 0)
		server->used_up = now + ASK_AGAIN;
	return got > 0;
}

int64_t servers_rest(const struct servers *s)
{
	int64_t steady = clock_steady(), now = clock_now();
	for (size_t i = 0; i < s->count; i++)
		if (s->all[i].warm_up.first == 0 || s->all[i].reserved > 0 || steady >= s->all[i].used_up)
			return 0;
	return s->count ? CLOCK_DAY - now % CLOCK_DAY : 0;
}

static bool has_room(struct server *server, int64_t now, const struct servers_wish *wish)
{
	return now >= server->refused_until && in_pace(server, now) && takes(server, wish->route) && is_warm(server, wish->urgent);
}

/* Does it take its share at the moment, now or in a moment? */
static bool keeps_up(struct server *server, int64_t now, const struct servers_wish *wish)
{
	return has_room(server, now, wish) || (now >= server->refused_until && in_pace(server, now) && taken(server) > 0 && now - server->answered < SLOW);
}

/* The least that one of those has which keep up; those that do not are left behind. */
static double least_given(struct servers *s, int64_t now, const struct servers_wish *wish)
{
	double least = -1;
	for (size_t i = 0; i < s->count; i++)
		if (keeps_up(&s->all[i], now, wish) && (least < 0 || s->all[i].given < least))
			least = s->all[i].given;
	for (size_t i = 0; i < s->count; i++)
		if (s->all[i].given < least - AHEAD)
			s->all[i].given = least - AHEAD;
	return least;
}

static bool is_avoided(const struct server *server, const char *avoid) { return avoid && strcmp(server->name, avoid) == 0; }

static struct server *choose(struct servers *s, const struct servers_wish *wish)
{
	int64_t now = clock_steady();
	struct server *best = NULL;
	bool another = false;
	if (s->count == 1)
		return has_room(s->all, now, wish) ? s->all : NULL;
	double least = least_given(s, now, wish);
	for (size_t i = 0; i < s->count; i++)
		another = another || (!is_avoided(&s->all[i], wish->avoid) && keeps_up(&s->all[i], now, wish));
	for (size_t i = 0; i < s->count; i++) {
		struct server *server = &s->all[i];
		bool avoided = another && is_avoided(server, wish->avoid);
		if (!avoided && has_room(server, now, wish) && (server->given <= least + AHEAD || wish->avoid) && (!best || server->given < best->given))
			best = server;
	}
	return best;
}

bool servers_have_room(struct servers *s, const struct servers_wish *wish)
{
	s->chosen = choose(s, wish);
	return s->chosen != NULL;
}

void servers_send(struct servers *s, const struct smtp_message *message, const struct servers_wish *wish)
{
	/* Time has passed since there was room: another choice might be none. */
	struct server *server = mem_check(s->chosen && takes(s->chosen, wish->route) ? s->chosen : choose(s, wish));
	s->chosen = NULL;
	/* It was idle: its time to answer begins now. */
	if (busy(server) == 0)
		server->answered = clock_steady();
	server->given += 1.0 / server->weight;
	server->sent_in_second++;
	server->reserved -= server->warm_up.first > 0;
	if (server->direct)
		direct_send(server->direct, wish->route, message);
	else
		smtp_pool_send(server->pool, message);
}

int servers_tend(struct servers *s)
{
	int first = -1;
	for (size_t i = 0; i < s->count; i++) {
		int due = s->all[i].direct ? direct_tend(s->all[i].direct) : smtp_pool_tend(s->all[i].pool);
		if (due >= 0 && (first < 0 || due < first))
			first = due;
	}
	return first;
}

int servers_busy(const struct servers *s)
{
	int sum = 0;
	for (size_t i = 0; i < s->count; i++)
		sum += busy(&s->all[i]);
	return sum;
}

/* A refusal of us is none of the letter: others would be refused as well. */
static void heed(struct server *server, const struct smtp_outcome *o)
{
	server->answered = clock_steady();
	/* One receiver's server is not all of them. */
	if (server->direct)
		return;
	if (o->verdict == SMTP_DELIVERED)
		server->pause = 0;
	if (o->verdict != SMTP_DEFERRED || o->code < 500)
		return;
	server->pause = server->pause == 0 ? FIRST_PAUSE : server->pause * 2 < LONGEST_PAUSE ? server->pause * 2 : LONGEST_PAUSE;
	server->refused_until = server->answered + server->pause;
}

/* Takes the outcome that is there, of the next server that has one.  One without messages has to hear, too, that a connection has ended. */
static struct server *take(struct servers *s, struct smtp_outcome *outcome)
{
	for (size_t i = 0; i < s->count; i++) {
		struct server *server = &s->all[s->turn++ % s->count];
		if (server->direct ? direct_next(server->direct, outcome) : smtp_pool_next(server->pool, 0, -1, outcome))
			return server;
	}
	return NULL;
}

static void watch_wake(struct servers *s, int fd)
{
	if (fd == s->wake_fd)
		return;
	if (s->wake_fd >= 0)
		epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->wake_fd, NULL);
	if (fd >= 0)
		watch(s, fd);
	s->wake_fd = fd;
}

/* Waits for any of them; false when wake_fd is readable. */
static bool wait_for_all(struct servers *s, int64_t left, int wake_fd)
{
	struct epoll_event event;
	struct pollfd wake = { .fd = wake_fd, .events = POLLIN };
	int ms = left > 0 ? (int)left : 0;
	watch_wake(s, wake_fd);
	for (size_t i = 0; i < s->count; i++)
		ms = s->all[i].direct ? direct_wait(s->all[i].direct, ms) : smtp_pool_wait(s->all[i].pool, ms);
	epoll_wait(s->epoll, &event, 1, ms);
	return wake_fd < 0 || poll(&wake, 1, 0) == 0;
}

static struct server *await(struct servers *s, int timeout_ms, int wake_fd, struct smtp_outcome *outcome)
{
	int64_t end = clock_steady() + timeout_ms;
	struct server *server;
	bool go_on = true, last = false;
	if (s->count == 1 && s->all->pool)
		return smtp_pool_next(s->all->pool, timeout_ms, wake_fd, outcome) ? s->all : NULL;
	while (!(server = take(s, outcome))) {
		int64_t left = end - clock_steady();
		if (!go_on || last)
			return NULL;
		last = left <= 0;
		go_on = wait_for_all(s, left, wake_fd);
	}
	return server;
}

static void hold(struct server *server, int connection, bool held)
{
	if (server->direct)
		direct_hold(server->direct, connection, held);
	else
		smtp_pool_hold(server->pool, connection, held);
}

bool servers_next(struct servers *s, int timeout_ms, int wake_fd, struct smtp_outcome *outcome, struct seat **seat)
{
	struct server *server = await(s, timeout_ms, wake_fd, outcome);
	if (!server)
		return false;
	*seat = &server->seats[outcome->connection];
	hold(server, outcome->connection, true);
	server->unsettled++;
	if (s->count > 1)
		heed(server, outcome);
	return true;
}

void servers_settle(struct seat *seat)
{
	hold(seat->server, seat->connection, false);
	seat->server->unsettled--;
}

const char *servers_name(const struct servers *s, const struct seat *seat) { return s->count > 1 ? seat->server->name : NULL; }
