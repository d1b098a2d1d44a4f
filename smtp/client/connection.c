#include "smtp/client/connection.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 16384, IN_MAX = REPLY_MAX + 2 * CHUNK, OUT_MAX = 128 << 20 };
#define IDLE (20 * CLOCK_SECOND)
/* Shorter than the timeouts of RFC 5321, because another address may have to be tried. */
#define CONNECT (30 * CLOCK_SECOND)
/* So many of several hosts may answer and give no session: each of them may keep us for minutes. */
enum { SERVERS_MAX = 3 };

/* RFC 5321 section 4.5.3.2. */
static int64_t timeout_of(const struct connection *c)
{
	if (c->state == CONNECTION_READY)
		return c->options->idle_ms > 0 ? c->options->idle_ms : IDLE;
	if (c->options->timeout_ms > 0)
		return c->options->timeout_ms;
	switch (c->state) {
	case CONNECTION_CONNECTING: case CONNECTION_HANDSHAKE: return CONNECT;
	case CONNECTION_DATA: return 2 * CLOCK_MINUTE;
	case CONNECTION_BODY: return c->out_at < c->out->size ? 3 * CLOCK_MINUTE : 10 * CLOCK_MINUTE;
	default: return 5 * CLOCK_MINUTE;
	}
}

void connection_set_state(struct connection *c, enum connection_state state)
{
	c->state = state;
	c->deadline = clock_steady() + timeout_of(c);
}

const char *connection_host(const struct connection *c)
{
	return c->options->targets ? c->options->targets[c->target].host : c->options->host;
}

static int resolve(struct connection *c, const char *host, int flags)
{
	char port[16];
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };
	if (c->addresses)
		freeaddrinfo(c->addresses);
	c->addresses = c->address = NULL;
	snprintf(port, sizeof port, "%d", c->options->port);
	int rc = getaddrinfo(host, port, &hints, &c->addresses);
	c->address = c->addresses;
	return rc;
}

/* The next address of the next of several hosts. */
static bool next_target(struct connection *c)
{
	const struct smtp_options *o = c->options;
	while (o->targets && !c->address) {
		if (c->place == o->targets[c->target].count) {
			if (c->target + 1 == o->target_count)
				return false;
			c->target++;
			c->place = 0;
			continue;
		}
		resolve(c, o->targets[c->target].addresses[c->place++], AI_NUMERICHOST);
	}
	return c->address != NULL;
}

static bool cannot_connect(const struct connection *c, int why, struct error *err)
{
	if (smtp_is_socket(connection_host(c)))
		return error_set(err, ERROR_TEMPORARY, "cannot connect to %s: %s", connection_host(c), strerror(why));
	return error_set(err, ERROR_TEMPORARY, "cannot connect to %s:%d: %s", connection_host(c), c->options->port, strerror(why));
}

/* Tries the addresses from c->address on; the error is that of the last one. */
static bool connect_on(struct connection *c, struct error *err)
{
	int on = 1, why = 0;
	for (; c->address || next_target(c); c->address = c->address->ai_next) {
		c->watched = 0;
		c->fd = socket(c->address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (c->fd >= 0) {
			setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
			if (connect(c->fd, c->address->ai_addr, c->address->ai_addrlen) == 0 || errno == EINPROGRESS) {
				connection_set_state(c, CONNECTION_CONNECTING);
				return true;
			}
		}
		why = errno;
		if (c->fd >= 0)
			close(c->fd);
		c->fd = -1;
	}
	/* Without a reason, there was none left to try, and the error of the one before stands. */
	return why ? cannot_connect(c, why, err) : false;
}

/* A socket answers at once: it has a listener with room for us, or not. */
static bool connect_socket(struct connection *c, struct error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (strlen(c->options->host) >= sizeof address.sun_path)
		return cannot_connect(c, ENAMETOOLONG, err);
	strcpy(address.sun_path, c->options->host);
	c->watched = 0;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&address, sizeof address) != 0)
		return cannot_connect(c, errno, err);
	connection_set_state(c, CONNECTION_CONNECTING);
	return true;
}

static void make_buffers(struct connection *c)
{
	c->in = buf_new(NULL, IN_MAX);
	c->out = buf_new(NULL, OUT_MAX);
}

bool connection_open(struct connection *c, struct error *err)
{
	bool socket = !c->options->targets && smtp_is_socket(c->options->host);
	int rc = c->options->targets || socket ? 0 : resolve(c, c->options->host, 0);
	if (rc != 0)
		return error_set(err, ERROR_TEMPORARY, "cannot find the mail server '%s': %s", c->options->host, gai_strerror(rc));
	c->target = c->place = 0;
	error_set(err, ERROR_TEMPORARY, "cannot find the mail server '%s'", c->options->host);
	make_buffers(c);
	if (socket)
		return connect_socket(c, err);
	return connect_on(c, err);
}

/* Closes the socket and tries the next address, if there is one. */
static bool connect_failed(struct connection *c, int why, struct error *err)
{
	close(c->fd);
	c->fd = -1;
	cannot_connect(c, why, err);
	c->address = c->address ? c->address->ai_next : NULL;
	return (c->address || c->options->targets) && connect_on(c, err);
}

bool connection_timed_out(struct connection *c, struct error *err)
{
	if (c->state == CONNECTION_CONNECTING)
		return connect_failed(c, ETIMEDOUT, err);
	return error_set(err, ERROR_TEMPORARY, "'%s' did not answer in time", connection_host(c));
}

void connection_close(struct connection *c)
{
	struct job *job = c->job;
	tls_end(&c->tls);
	if (c->fd >= 0)
		close(c->fd);
	if (c->addresses)
		freeaddrinfo(c->addresses);
	talloc_free(c->in);
	talloc_free(c->out);
	*c = (struct connection){ .options = c->options, .tls_context = c->tls_context, .fd = -1, .job = job };
}

void connection_quit(struct connection *c)
{
	connection_send(c, "QUIT\r\n", 6);
	connection_close(c);
}

bool connection_is_local(const struct connection *c)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	if (getpeername(c->fd, (struct sockaddr *)&peer, &size) != 0)
		return false;
	if (peer.ss_family == AF_UNIX)
		return true;
	if (peer.ss_family == AF_INET)
		return ntohl(((struct sockaddr_in *)&peer)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return peer.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&peer)->sin6_addr);
}

static bool flush(struct connection *c)
{
	while (c->out_at < c->out->size) {
		const char *data = c->out->data + c->out_at;
		size_t size = c->out->size - c->out_at;
		ssize_t n = c->tls.ssl ? tls_write(&c->tls, data, size < CHUNK ? size : CHUNK) : send(c->fd, data, size, MSG_NOSIGNAL);
		if (n < 0 && !c->tls.ssl && (errno == EAGAIN || errno == EINTR))
			n = 0;
		if (n <= 0)
			return n == 0;
		c->out_at += (size_t)n;
		/* The timeout counts from the last bytes that the server took. */
		connection_set_state(c, c->state);
	}
	buf_clear(c->out);
	c->out_at = 0;
	return true;
}

void connection_send(struct connection *c, const char *data, size_t size)
{
	/* A failed write is reported by the next read, after the replies that came before it. */
	if (buf_add(c->out, data, size))
		flush(c);
}

void connection_command(struct connection *c, enum connection_state state, const char *line)
{
	char *whole = mem_printf(NULL, "%s\r\n", line);
	connection_set_state(c, state);
	connection_send(c, whole, strlen(whole));
	talloc_free(whole);
}

uint32_t connection_events(const struct connection *c)
{
	if (c->state == CONNECTION_CONNECTING)
		return EPOLLOUT;
	bool writes = c->tls.wants_write || (c->state != CONNECTION_HANDSHAKE && c->out_at < c->out->size);
	return EPOLLIN | (writes ? EPOLLOUT : 0);
}

bool connection_try_another(struct connection *c)
{
	struct error ignored;
	bool clear = c->state == CONNECTION_HANDSHAKE && c->options->security == SMTP_OPPORTUNISTIC;
	int asked = c->asked + !clear;
	size_t target = c->target, place = c->place - clear;
	if (!c->options->targets || c->state == CONNECTION_CONNECTING || asked == SERVERS_MAX)
		return false;
	connection_close(c);
	c->target = target;
	c->place = place;
	c->asked = asked;
	c->clear = clear;
	make_buffers(c);
	return connect_on(c, &ignored);
}

bool connection_start_tls(struct connection *c, struct error *err)
{
	/* RFC 3207 section 5: what came before the handshake may have been inserted by an attacker. */
	if (c->in->size > 0)
		return error_set(err, ERROR_PERMANENT, "'%s' talked ahead of TLS: somebody may be in between", connection_host(c));
	tls_begin(&c->tls, c->tls_context, c->fd, connection_host(c));
	c->tls.foreign = c->options->targets != NULL;
	connection_set_state(c, CONNECTION_HANDSHAKE);
	return true;
}

static bool connected(struct connection *c, bool *established, struct error *err)
{
	int why = 0;
	socklen_t size = sizeof why;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &why, &size);
	if (why)
		return connect_failed(c, why, err);
	if (c->addresses)
		freeaddrinfo(c->addresses);
	c->addresses = c->address = NULL;
	if (c->options->security == SMTP_TLS)
		return connection_start_tls(c, err);
	*established = true;
	return true;
}

bool connection_continue(struct connection *c, bool *established, struct error *err)
{
	*established = false;
	if (c->state == CONNECTION_CONNECTING)
		return connected(c, established, err);
	if (c->state == CONNECTION_HANDSHAKE)
		return tls_handshake(&c->tls, established, err);
	flush(c);
	return true;
}

bool connection_read(struct connection *c, bool *some, struct error *err)
{
	char chunk[CHUNK];
	*some = false;
	if (c->state <= CONNECTION_HANDSHAKE)
		return true;
	ssize_t n = c->tls.ssl ? tls_read(&c->tls, chunk, sizeof chunk) : recv(c->fd, chunk, sizeof chunk, 0);
	if (n > 0) {
		/* What comes later is another event; but TLS may hold more than it gives at once. */
		*some = c->tls.ssl || n == sizeof chunk;
		return buf_add(c->in, chunk, (size_t)n) || error_set(err, ERROR_TEMPORARY, "'%s' answers without end", connection_host(c));
	}
	if (c->tls.ssl ? n == 0 : n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	return error_set(err, ERROR_TEMPORARY, "'%s' closed the connection", connection_host(c));
}
