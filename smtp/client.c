#include "smtp/client.h"
#include "gateway/base/clock.h"
#include "gateway/base/mem.h"
#include "smtp/connection.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* After a server could not be reached nobody knocks for this long, doubled each time. */
#define FIRST_PAUSE CLOCK_SECOND
#define LONGEST_PAUSE CLOCK_MINUTE
/* A connection without work is closed after this. */
#define IDLE (20 * CLOCK_SECOND)

struct smtp_pool {
	struct smtp_options options;
	SSL_CTX *tls;
	struct connection *connections;
	int count;
	int64_t down_until, pause;
};

static int pool_free(struct smtp_pool *p)
{
	for (int i = 0; i < p->count; i++)
		connection_close(&p->connections[i]);
	SSL_CTX_free(p->tls);
	return 0;
}

static bool set_up_tls(struct smtp_pool *p, struct error *err)
{
	p->tls = mem_check(SSL_CTX_new(TLS_client_method()));
	SSL_CTX_set_min_proto_version(p->tls, TLS1_2_VERSION);
	SSL_CTX_set_verify(p->tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(p->tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	const char *ca = p->options.ca_file;
	if (ca ? SSL_CTX_load_verify_locations(p->tls, ca, NULL) == 1 : SSL_CTX_set_default_verify_paths(p->tls) == 1)
		return true;
	return error_set(err, ERROR_INVALID, "cannot read the certificates in '%s'", ca ? ca : "the system's store");
}

struct smtp_pool *smtp_pool_new(void *owner, const struct smtp_options *options, struct error *err)
{
	struct smtp_pool *p = mem_new(owner, struct smtp_pool);
	p->options = *options;
	p->options.host = mem_dup(p, options->host);
	p->options.user = mem_dup_or_null(p, options->user);
	p->options.password = mem_dup_or_null(p, options->password);
	p->options.helo = mem_dup(p, options->helo);
	p->options.ca_file = mem_dup_or_null(p, options->ca_file);
	p->count = options->connections > 0 ? options->connections : 1;
	p->connections = mem_array(p, struct connection, p->count);
	talloc_set_destructor(p, pool_free);
	bool fine = set_up_tls(p, err);
	for (int i = 0; i < p->count; i++) {
		p->connections[i].owner = p;
		p->connections[i].options = &p->options;
		p->connections[i].tls = p->tls;
		p->connections[i].fd = -1;
	}
	if (fine)
		return p;
	talloc_free(p);
	return NULL;
}

/* May it get a message?  A closed one only while the server is not known to be down. */
static bool is_free(const struct smtp_pool *p, const struct connection *c)
{
	return !c->busy && (c->state == CONNECTION_READY || (c->state == CONNECTION_CLOSED && clock_now() >= p->down_until));
}

int smtp_pool_room(const struct smtp_pool *p)
{
	int n = 0;
	for (int i = 0; i < p->count; i++)
		n += is_free(p, &p->connections[i]);
	return n;
}

int smtp_pool_busy(const struct smtp_pool *p)
{
	int n = 0;
	for (int i = 0; i < p->count; i++)
		n += p->connections[i].busy;
	return n;
}

/* An open connection before a closed one: opening costs. */
static struct connection *best(struct smtp_pool *p)
{
	struct connection *found = NULL;
	for (int i = 0; i < p->count; i++)
		if (is_free(p, &p->connections[i]) && (!found || p->connections[i].state == CONNECTION_READY)) {
			found = &p->connections[i];
			if (found->state == CONNECTION_READY)
				break;
		}
	return found;
}

/* RFC 5321 section 4.5.2: a dot at the start of a line gets another. */
static char *stuffed(void *owner, const char *data, size_t size, size_t *stuffed_size)
{
	size_t dots = 0;
	for (size_t i = 0; i < size; i++)
		dots += data[i] == '.' && (i == 0 || data[i - 1] == '\n');
	char *out = mem_array(owner, char, size + dots + 3), *to = out;
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '.' && (i == 0 || data[i - 1] == '\n'))
			*to++ = '.';
		*to++ = data[i];
	}
	if (to - out < 2 || to[-1] != '\n') {
		*to++ = '\r';
		*to++ = '\n';
	}
	*stuffed_size = (size_t)(to - out);
	return out;
}

/* The connection is lost: so is what was under way on it, for now. */
static void lose(struct smtp_pool *p, struct connection *c, const struct error *err)
{
	bool never_ready = c->state < CONNECTION_READY;
	dialogue_decide(c, SMTP_DEFERRED, SMTP_STAGE_CONNECTION, NULL, err->text);
	connection_close(c);
	if (!never_ready)
		return;
	p->pause = p->pause == 0 ? FIRST_PAUSE : p->pause * 2 < LONGEST_PAUSE ? p->pause * 2 : LONGEST_PAUSE;
	p->down_until = clock_now() + p->pause;
}

void smtp_pool_send(struct smtp_pool *p, const struct smtp_message *m)
{
	struct connection *c = mem_check(best(p));
	struct error err = { 0 };
	c->busy = true;
	c->decided = false;
	c->from = mem_dup(p->connections, m->from);
	c->to = mem_dup(p->connections, m->to);
	c->data = stuffed(p->connections, m->data, m->size, &c->size);
	c->tag = m->tag;
	if (c->state == CONNECTION_CLOSED && !connection_open(c, &err))
		lose(p, c, &err);
	else
		dialogue_begin(c);
}

/* An outcome that is there to be taken. */
static bool take(struct smtp_pool *p, struct smtp_outcome *outcome)
{
	for (int i = 0; i < p->count; i++) {
		struct connection *c = &p->connections[i];
		/* After a verdict in mid-dialogue the connection is brought back in order first. */
		if (!c->busy || !c->decided || (c->state != CONNECTION_READY && c->state != CONNECTION_CLOSED))
			continue;
		*outcome = c->outcome;
		c->busy = c->decided = false;
		TALLOC_FREE(c->from);
		TALLOC_FREE(c->to);
		TALLOC_FREE(c->data);
		return true;
	}
	return false;
}

static void move(struct smtp_pool *p, struct connection *c)
{
	struct error err = { 0 };
	if (!connection_move(c, &err) || !dialogue_go_on(c, &err))
		lose(p, c, &err);
	else if (c->state >= CONNECTION_READY)
		p->pause = 0;
}

static void check_time(struct smtp_pool *p, struct connection *c, int64_t now)
{
	struct error err;
	if (c->state == CONNECTION_CLOSED)
		return;
	if (!c->busy && c->state == CONNECTION_READY) {
		if (now > c->deadline - 5 * CLOCK_MINUTE + IDLE && c->options->timeout_ms == 0) {
			connection_say(c, "QUIT\r\n", 6);
			connection_close(c);
		}
	} else if (now > c->deadline) {
		error_set(&err, ERROR_TEMPORARY, "'%s' did not answer in time", c->options->host);
		lose(p, c, &err);
	}
}

/* Waits for the network once; false when wake_fd is readable. */
static bool turn(struct smtp_pool *p, int timeout_ms, int wake_fd)
{
	struct pollfd *fds = mem_array(NULL, struct pollfd, p->count + 1);
	for (int i = 0; i < p->count; i++)
		fds[i] = (struct pollfd){ .fd = p->connections[i].fd, .events = p->connections[i].wants };
	fds[p->count] = (struct pollfd){ .fd = wake_fd, .events = POLLIN };
	int ready = poll(fds, (nfds_t)p->count + 1, timeout_ms);
	for (int i = 0; i < p->count && ready > 0; i++)
		if (fds[i].revents && p->connections[i].fd >= 0)
			move(p, &p->connections[i]);
	int64_t now = clock_now();
	for (int i = 0; i < p->count; i++)
		check_time(p, &p->connections[i], now);
	bool woken = ready > 0 && fds[p->count].revents;
	talloc_free(fds);
	return !woken;
}

bool smtp_pool_next(struct smtp_pool *p, int timeout_ms, int wake_fd, struct smtp_outcome *outcome)
{
	int64_t end = clock_now() + timeout_ms;
	for (;;) {
		if (take(p, outcome))
			return true;
		int64_t left = end - clock_now();
		bool go_on = turn(p, left > 0 ? (int)left : 0, wake_fd);
		if (take(p, outcome))
			return true;
		if (!go_on || left <= 0)
			return false;
	}
}
