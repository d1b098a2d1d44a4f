#include "gateway/web/server/connections.h"
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* RESERVE: descriptors for all but connections.  SLACK: connections that were shut down, until libmicrohttpd has seen it. */
enum { MOST = 1000, LEAST = 4, RESERVE = 32, SLACK = 8, OF_ONE_NETWORK = 4, STATES = CONNECTION_CLOSING + 1 };
/* A request that is younger than this never goes for a new connection. */
#define YOUNG (5 * CLOCK_SECOND)
/* How long a head may still take when we stop. */
#define LAST_HEAD INT64_C(300)
/* The pause after accept failed. */
#define PAUSE INT64_C(100)

/* How long a connection may be in each state. */
static const int64_t limits[STATES] = {
	[CONNECTION_HEAD] = 10 * CLOCK_SECOND, [CONNECTION_BODY] = 2 * CLOCK_MINUTE, [CONNECTION_ANSWER] = 5 * CLOCK_MINUTE,
	[CONNECTION_IDLE] = 30 * CLOCK_SECOND, [CONNECTION_CLOSING] = INT64_MAX,
};

struct connection {
	int fd;
	uint64_t network; /* 0: one that has no limit */
	enum connection_state state;
	int64_t since;    /* steady time */
	struct connection *older, *newer; /* in the list of its state */
};

struct list {
	struct connection *oldest, *newest;
};

struct connections {
	struct list lists[STATES];
	size_t count, closing, most;
	bool per_network, stopping;
	int listen_fd, stop_fd, epoll_fd;
	bool listening;          /* epoll_fd watches listen_fd */
	int64_t listen_again;    /* steady time: when to try again, when it does not */
	bool watching;           /* epoll_fd watches the daemon */
	int64_t head_limit;
};

static void unlink_from_list(struct connections *all, struct connection *c)
{
	struct list *l = &all->lists[c->state];
	*(c->older ? &c->older->newer : &l->oldest) = c->newer;
	*(c->newer ? &c->newer->older : &l->newest) = c->older;
	c->older = c->newer = NULL;
}

static void append_to_list(struct connections *all, struct connection *c, enum connection_state state)
{
	struct list *l = &all->lists[state];
	c->state = state;
	c->since = clock_steady();
	c->older = l->newest;
	*(c->older ? &c->older->newer : &l->oldest) = c;
	l->newest = c;
}

static void move(struct connections *all, struct connection *c, enum connection_state state)
{
	unlink_from_list(all, c);
	append_to_list(all, c, state);
}

static void shut(struct connections *all, struct connection *c)
{
	shutdown(c->fd, SHUT_RDWR);
	move(all, c, CONNECTION_CLOSING);
	all->closing++;
}

/* The address, or the /64 of an IPv6 one; 0 for a peer on this machine. */
static uint64_t network_of(const struct sockaddr *from)
{
	struct network_address a;
	uint64_t network;
	if (!network_address_of(from, &a))
		return 0;
	memcpy(&network, a.bytes, sizeof network);
	bool four = !network && a.bytes[10] == 0xFF;
	if (four && a.bytes[12] != IN_LOOPBACKNET)
		memcpy(&network, a.bytes + 8, sizeof network);
	return network;
}

static size_t held_by(const struct connections *all, uint64_t network)
{
	size_t count = 0;
	for (int state = 0; state < CONNECTION_CLOSING; state++)
		for (const struct connection *c = all->lists[state].oldest; c; c = c->newer)
			count += c->network == network;
	return count;
}

static struct connection *oldest_of(struct connections *all, enum connection_state state, uint64_t network)
{
	struct connection *c = all->lists[state].oldest;
	while (c && network && c->network != network)
		c = c->newer;
	return c;
}

/* Closes the connection that is missed least: of network, or, when that is 0, of all.  False when each has a request that is young. */
static bool make_room(struct connections *all, uint64_t network)
{
	static const enum connection_state order[] = { CONNECTION_IDLE, CONNECTION_HEAD, CONNECTION_BODY, CONNECTION_ANSWER };
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct connection *c = oldest_of(all, order[i], network);
		bool waits = order[i] == CONNECTION_IDLE || order[i] == CONNECTION_HEAD;
		if (c && (waits || clock_steady() - c->since > YOUNG)) {
			shut(all, c);
			return true;
		}
	}
	return false;
}

/* libmicrohttpd's limit is the process's: each of its own connections is one of ours. */
static size_t most_of(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= MOST + RESERVE + SLACK)
		return MOST;
	return files.rlim_cur > RESERVE + SLACK + LEAST ? (size_t)files.rlim_cur - RESERVE - SLACK : LEAST;
}

static int close_epoll(struct connections *all)
{
	close(all->epoll_fd);
	return 0;
}

static bool watch(struct connections *all, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	return epoll_ctl(all->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void listen_on_it(struct connections *all, bool on)
{
	if (on && !all->listening && !all->stopping)
		all->listening = watch(all, all->listen_fd, EPOLLIN | EPOLLEXCLUSIVE);
	else if (!on && all->listening)
		all->listening = epoll_ctl(all->epoll_fd, EPOLL_CTL_DEL, all->listen_fd, NULL) != 0;
}

/* A worker that cannot accept must not stay among those that are woken. */
static void pause_listening(struct connections *all)
{
	listen_on_it(all, false);
	all->listen_again = clock_steady() + PAUSE;
}

struct connections *connections_new(void *owner, int listen_fd, int stop_fd, bool per_network, struct error *err)
{
	struct connections *all = mem_new(owner, struct connections);
	all->most = most_of();
	all->per_network = per_network;
	all->listen_fd = listen_fd;
	all->stop_fd = stop_fd;
	all->head_limit = limits[CONNECTION_HEAD];
	all->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	talloc_set_destructor(all, close_epoll);
	if (all->epoll_fd >= 0 && watch(all, stop_fd, EPOLLIN))
		listen_on_it(all, true);
	if (all->listening)
		return all;
	error_set(err, ERROR_TEMPORARY, "cannot wait for connections: %s", strerror(errno));
	talloc_free(all);
	return NULL;
}

unsigned connections_most(const struct connections *all) { return (unsigned)(all->most + SLACK); }
size_t connections_count(const struct connections *all) { return all->count; }

void connections_notify(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct connections *all = cls;
	struct connection *c = *context;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		c = *context = mem_new(all, struct connection);
		c->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		c->network = network_of(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
		append_to_list(all, c, CONNECTION_HEAD);
		all->count++;
	} else if (c) {
		all->closing -= c->state == CONNECTION_CLOSING;
		unlink_from_list(all, c);
		all->count--;
		talloc_free(c);
		*context = NULL;
	}
}

void connections_are(struct connections *all, struct MHD_Connection *connection, enum connection_state state)
{
	struct connection *c = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	if (!c || c->state == CONNECTION_CLOSING)
		return;
	if (state == CONNECTION_IDLE && all->stopping)
		shut(all, c);
	else
		move(all, c, state);
}

/* Takes one connection: those that wait behind it may be for other workers. */
static void let_in(struct connections *all, struct MHD_Daemon *daemon)
{
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof from;
	if (all->count >= all->most + SLACK || (all->count - all->closing >= all->most && !make_room(all, 0))) {
		pause_listening(all);
		return;
	}
	int fd = accept4(all->listen_fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			make_room(all, 0);
			pause_listening(all);
		}
		return;
	}
	/* The kernel wakes the first in the line that sleeps: who has taken a connection goes to its end, or would get nearly all of them. */
	listen_on_it(all, false);
	uint64_t network = all->per_network ? network_of((const struct sockaddr *)&from) : 0;
	if (network && held_by(all, network) >= all->most / OF_ONE_NETWORK && !make_room(all, network))
		close(fd);
	else
		MHD_add_connection(daemon, fd, (struct sockaddr *)&from, size);
}

static int64_t limit_of(const struct connections *all, enum connection_state state)
{
	return state == CONNECTION_HEAD ? all->head_limit : limits[state];
}

/* Closes what is late. */
static void expire(struct connections *all)
{
	int64_t now = clock_steady();
	for (enum connection_state state = 0; state < CONNECTION_CLOSING; state++)
		for (struct connection *c; (c = all->lists[state].oldest) && now - c->since >= limit_of(all, state);)
			shut(all, c);
}

/* ms until something is late, at most most; -1: never. */
static int64_t next_late(const struct connections *all, int64_t most)
{
	int64_t now = clock_steady();
	for (enum connection_state state = 0; state < CONNECTION_CLOSING; state++) {
		const struct connection *c = all->lists[state].oldest;
		int64_t left = c ? c->since + limit_of(all, state) - now : -1;
		if (c && (most < 0 || left < most))
			most = left > 0 ? left : 0;
	}
	int64_t pause = all->listen_again - now;
	if (!all->listening && !all->stopping && (most < 0 || pause < most))
		most = pause > 0 ? pause : 0;
	return most;
}

void connections_turn(struct connections *all, struct MHD_Daemon *daemon, int timeout_ms)
{
	enum { EVENTS = 4 };
	MHD_UNSIGNED_LONG_LONG due;
	struct epoll_event events[EVENTS];
	int64_t wait = next_late(all, timeout_ms);
	if (!all->watching)
		all->watching = watch(all, MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, EPOLLIN);
	if (MHD_get_timeout(daemon, &due) == MHD_YES && (wait < 0 || due < (MHD_UNSIGNED_LONG_LONG)wait))
		wait = (int64_t)due;
	int count = epoll_wait(all->epoll_fd, events, EVENTS, (int)wait);
	for (int i = 0; i < count; i++)
		if (events[i].data.fd == all->listen_fd)
			let_in(all, daemon);
	MHD_run(daemon);
	expire(all);
	if (clock_steady() >= all->listen_again)
		listen_on_it(all, true);
}

void connections_stop(struct connections *all, struct MHD_Daemon *daemon)
{
	listen_on_it(all, false);
	epoll_ctl(all->epoll_fd, EPOLL_CTL_DEL, all->stop_fd, NULL);
	/* What has come already is no longer idle after this. */
	MHD_run(daemon);
	all->stopping = true;
	while (all->lists[CONNECTION_IDLE].oldest)
		shut(all, all->lists[CONNECTION_IDLE].oldest);
	for (struct connection *c = all->lists[CONNECTION_HEAD].oldest; c; c = c->newer)
		c->since = clock_steady();
	all->head_limit = LAST_HEAD;
}
