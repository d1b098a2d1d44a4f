#include "smtp/client/client.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "smtp/client/connection.h"
#include "smtp/client/envelope.h"
#include "smtp/client/session.h"
#include "smtp/client/transaction.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* After a failed connection the server is not tried for this time, which doubles with each failure. */
#define FIRST_PAUSE CLOCK_SECOND
#define LONGEST_PAUSE CLOCK_MINUTE
/* How long no more connections are opened than the server took. */
#define LIMITED (5 * CLOCK_MINUTE)
/* Larger than any server accepts. */
#define MESSAGE_MAX (64u << 20)

struct smtp_pool {
	struct smtp_options options;
	SSL_CTX *tls_context;
	struct connection *connections;
	struct epoll_event *events; /* room for one of each connection, and one of wake_fd */
	int epoll, wake_fd;         /* the descriptor that is watched besides the connections, or -1 */
	int count;
	int64_t checked;            /* when all deadlines were looked at */
	bool proven;                /* the latest connection that was opened became ready */
	int64_t down_until, pause;
	int limit;                  /* how many connections were open when it refused another one */
	int64_t limit_until;
};

static int pool_free(struct smtp_pool *p)
{
	for (int i = 0; i < p->count; i++) {
		struct connection *c = &p->connections[i];
		if (c->state == CONNECTION_READY)
			connection_quit(c);
		else
			connection_close(c);
		talloc_free(c->job);
	}
	close(p->epoll);
	SSL_CTX_free(p->tls_context);
	return 0;
}

static bool check_options(const struct smtp_options *o, struct error *err)
{
	if (o->host && smtp_is_socket(o->host) && o->security != SMTP_PLAIN)
		return error_set(err, ERROR_INVALID, "the socket '%s' has no TLS", o->host);
	if (!o->host || !*o->host || o->port < 1 || o->port > 65535)
		return error_set(err, ERROR_INVALID, "the mail server needs a host and a port from 1 to 65535");
	if (!o->helo || !*o->helo || strpbrk(o->helo, " \t\r\n"))
		return error_set(err, ERROR_INVALID, "the name to greet the mail server with must be a host name");
	if (o->connections < 1)
		return error_set(err, ERROR_INVALID, "the mail server needs one connection at least");
	return true;
}

static void copy_options(struct smtp_pool *p, const struct smtp_options *o)
{
	p->options = *o;
	p->options.host = mem_dup(p, o->host);
	p->options.user = mem_dup_or_null(p, o->user);
	p->options.password = mem_dup_or_null(p, o->password);
	p->options.token_file = mem_dup_or_null(p, o->token_file);
	p->options.helo = mem_dup(p, o->helo);
	p->options.ca_file = mem_dup_or_null(p, o->ca_file);
}

struct smtp_pool *smtp_pool_new(void *owner, const struct smtp_options *options, struct error *err)
{
	SSL_CTX *tls = NULL;
	if (!check_options(options, err) || (options->security != SMTP_PLAIN && !(tls = tls_context(options->ca_file, smtp_verifies(options->security), err))))
		return NULL;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		SSL_CTX_free(tls);
		error_set(err, ERROR_TEMPORARY, "cannot watch connections: %s", strerror(errno));
		return NULL;
	}
	struct smtp_pool *p = mem_new(owner, struct smtp_pool);
	p->epoll = epoll;
	p->wake_fd = -1;
	copy_options(p, options);
	p->tls_context = tls;
	p->count = options->connections;
	p->connections = mem_array(p, struct connection, (size_t)p->count);
	p->events = mem_array(p, struct epoll_event, (size_t)p->count + 1);
	for (int i = 0; i < p->count; i++)
		p->connections[i] = (struct connection){ .options = &p->options, .tls_context = tls, .fd = -1 };
	talloc_set_destructor(p, pool_free);
	return p;
}

static bool is_free(const struct connection *c) { return !c->job && !c->held; }
static bool is_ready(const struct connection *c) { return is_free(c) && c->state == CONNECTION_READY; }
/* Its connection could not be opened, and its message waits for another one. */
static bool is_waiting(const struct connection *c) { return c->job && !c->job->decided && c->state == CONNECTION_CLOSED; }

static int count_open(const struct smtp_pool *p)
{
	int open = 0;
	for (int i = 0; i < p->count; i++)
		open += p->connections[i].state != CONNECTION_CLOSED;
	return open;
}

/* How many connections may be opened now: only one while it is not known that the server answers, and no more than it takes. */
static int may_open(const struct smtp_pool *p)
{
	int closed = 0, opening = 0, more = p->limit - count_open(p);
	for (int i = 0; i < p->count; i++) {
		const struct connection *c = &p->connections[i];
		closed += c->state == CONNECTION_CLOSED && is_free(c);
		opening += c->state != CONNECTION_CLOSED && c->state < CONNECTION_READY;
	}
	if (clock_steady() < p->down_until || (!p->proven && opening > 0))
		return 0;
	if (clock_steady() < p->limit_until && closed > more)
		closed = more > 0 ? more : 0;
	return p->proven || closed == 0 ? closed : 1;
}

int smtp_pool_room(const struct smtp_pool *p)
{
	int ready = 0;
	for (int i = 0; i < p->count; i++)
		ready += is_ready(&p->connections[i]) - is_waiting(&p->connections[i]);
	return ready > 0 ? ready + may_open(p) : ready < 0 ? 0 : may_open(p);
}

int smtp_pool_busy(const struct smtp_pool *p)
{
	int n = 0;
	for (int i = 0; i < p->count; i++)
		n += p->connections[i].job != NULL;
	return n;
}

/* An open connection if there is one: opening another costs a handshake. */
static struct connection *best(struct smtp_pool *p)
{
	struct connection *closed = NULL;
	for (int i = 0; i < p->count; i++) {
		struct connection *c = &p->connections[i];
		if (is_ready(c))
			return c;
		if (!closed && is_free(c) && c->state == CONNECTION_CLOSED)
			closed = c;
	}
	return closed;
}

/* A connection could not be opened: its message waits for those that are open, or the server is down and nothing waits any longer. */
static void not_opened(struct smtp_pool *p, struct connection *c, const struct error *err)
{
	p->limit = count_open(p);
	if (p->limit > 0) {
		p->limit_until = clock_steady() + LIMITED;
		if (c->job)
			c->job->decided = false;
		return;
	}
	/* It was no limit of connections: the server was going down. */
	p->limit_until = 0;
	for (int i = 0; i < p->count; i++)
		if (is_waiting(&p->connections[i]))
			transaction_decide(&p->connections[i], SMTP_DEFERRED, SMTP_STAGE_CONNECTION, NULL, err->text);
	p->proven = false;
	p->pause = p->pause == 0 ? FIRST_PAUSE : p->pause * 2 < LONGEST_PAUSE ? p->pause * 2 : LONGEST_PAUSE;
	p->down_until = clock_steady() + p->pause;
}

/* Opens it for its job. */
static void open_for_job(struct smtp_pool *p, struct connection *c)
{
	struct error err;
	if (connection_open(c, &err))
		return;
	connection_close(c);
	not_opened(p, c, &err);
}

/* 4.7.x is a limit on us, which another of its servers would count, too. */
static bool is_throttled(const struct job *job) { return job && job->decided && strncmp(job->outcome.status, "4.7.", 4) == 0; }

/* A session could not be opened; is another server tried? */
static bool tries_another(struct connection *c)
{
	if (c->state >= CONNECTION_READY || is_throttled(c->job) || !connection_try_another(c))
		return false;
	if (c->job)
		c->job->decided = false;
	return true;
}

/* Handles a lost connection: decides its job, or starts it again on a new connection. */
static void lost(struct smtp_pool *p, struct connection *c, struct error *err)
{
	struct job *job = c->job;
	bool opening = c->state < CONNECTION_READY;
	/* Servers close connections that were idle, or that had enough messages, without a reply: this is no verdict on the next message. */
	bool stale = job && !opening && !job->decided && !job->retried && (job->start_again || (c->messages > 1 && !job->answered));
	if (c->state == CONNECTION_BODY && c->out->size == 0)
		error_prefix(err, "the message was sent and may have arrived, but then: ");
	if (!stale && !opening)
		transaction_decide(c, SMTP_DEFERRED, SMTP_STAGE_CONNECTION, NULL, err->text);
	if (stale && job->start_again)
		connection_quit(c);
	else
		connection_close(c);
	if (stale) {
		job->retried = true;
		job->answered = job->start_again = false;
		open_for_job(p, c);
	} else if (opening) {
		not_opened(p, c, err);
	}
}

static bool has_eight_bit(const char *s, size_t size)
{
	uint64_t eight, all = 0;
	for (; size >= sizeof eight; s += sizeof eight, size -= sizeof eight) {
		memcpy(&eight, s, sizeof eight);
		all |= eight;
	}
	while (size-- > 0)
		all |= (unsigned char)*s++;
	return (all & UINT64_C(0x8080808080808080)) != 0;
}

/* What is to be known of a message's lines. */
enum { LINES_BARE = 1, LINES_DOTTED = 2 };

/* Of a byte and the next. */
static unsigned char lines_of_pair(const char *s)
{
	return (unsigned char)(((s[0] == '\r') != (s[1] == '\n') ? LINES_BARE : 0) | (((s[0] == '\n') & (s[1] == '.')) ? LINES_DOTTED : 0));
}

/* LINES_BARE: some servers read a bare CR or LF as a line end and others do not, which allows SMTP smuggling.  LINES_DOTTED: a line begins with
 * a dot. */
static unsigned lines_of(const char *s, size_t size)
{
	enum { BLOCK = 64 };
	unsigned char found = size == 0 || s[0] == '\n' || s[size - 1] != '\n' ? LINES_BARE : s[0] == '.' ? LINES_DOTTED : 0;
	size_t i = 0;
	/* Blocks of one size become vector instructions. */
	for (; i + BLOCK < size; i += BLOCK)
		for (size_t k = 0; k < BLOCK; k++)
			found |= lines_of_pair(s + i + k);
	for (; i + 1 < size; i++)
		found |= lines_of_pair(s + i);
	return found;
}

static struct job *job_new(const struct smtp_message *m)
{
	struct job *job = mem_new(NULL, struct job);
	job->outcome.tag = m->tag;
	job->from = mem_dup(job, m->from);
	job->to = mem_dup(job, m->to);
	job->envid = mem_dup_or_null(job, m->envid);
	job->utf8 = has_eight_bit(m->from, strlen(m->from)) || has_eight_bit(m->to, strlen(m->to));
	return job;
}

/* Refuses what must not be sent to any server; false when the job is decided. */
static bool check(struct connection *c, const struct smtp_message *m)
{
	unsigned lines = lines_of(m->data, m->size);
	c->job->dotted = lines & LINES_DOTTED;
	if (!*m->to || !envelope_takes(m->to) || !envelope_takes(m->from))
		transaction_decide(c, SMTP_FAILED, SMTP_STAGE_RECIPIENT, NULL, "this is no address that mail can be sent to");
	else if (m->size > MESSAGE_MAX || lines & LINES_BARE)
		transaction_decide(c, SMTP_FAILED, SMTP_STAGE_DATA, NULL, "the message is too large, or a line of it does not end with CR and LF");
	return !c->job->decided;
}

void smtp_pool_send(struct smtp_pool *p, const struct smtp_message *m)
{
	struct connection *c = mem_check(best(p));
	c->job = job_new(m);
	if (!check(c, m))
		return;
	c->job->data = mem_check(talloc_memdup(c->job, m->data, m->size));
	c->job->size = m->size;
	c->job->eight_bit = has_eight_bit(m->data, m->size);
	if (c->state == CONNECTION_READY)
		transaction_begin(c);
	else
		open_for_job(p, c);
}

/* Takes an outcome, of a connection that is ready for another message or closed. */
static bool take(struct smtp_pool *p, struct smtp_outcome *outcome)
{
	for (int i = 0; i < p->count; i++) {
		struct connection *c = &p->connections[i];
		if (!c->job || !c->job->decided || (c->state != CONNECTION_READY && c->state != CONNECTION_CLOSED))
			continue;
		*outcome = c->job->outcome;
		outcome->connection = i;
		outcome->verified = tls_is_verified(&c->tls);
		TALLOC_FREE(c->job);
		return true;
	}
	return false;
}

/* RFC 5321 section 3.8: 421 may come at any time, and the server is gone after it. */
static bool on_421(struct connection *c, const struct reply *r, struct error *err)
{
	/* 4.7.x is a rate limit; any other, before an answer to this message, only closes an idle connection. */
	if (c->job && (c->job->answered || c->messages < 2 || strncmp(r->status, "4.7.", 4) == 0))
		transaction_decide(c, SMTP_DEFERRED, SMTP_STAGE_CONNECTION, r, NULL);
	return error_set(err, ERROR_TEMPORARY, "'%s' closes the connection: %s", connection_host(c), r->text);
}

static bool on_reply(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code == 421)
		return on_421(c, r, err);
	return c->state < CONNECTION_READY ? session_reply(c, r, err) : transaction_reply(c, r, err);
}

/* Handles the replies that were received. */
static bool handle_replies(struct connection *c, struct error *err)
{
	bool fine = true;
	while (fine && c->state > CONNECTION_HANDSHAKE && c->in->size > 0) {
		struct reply r;
		void *t = talloc_new(NULL);
		enum reply_take took = reply_take(t, c->in, &r);
		if (took == REPLY_TAKEN)
			fine = on_reply(c, &r, err);
		else if (took == REPLY_BROKEN)
			fine = error_set(err, ERROR_TEMPORARY, "'%s' does not speak SMTP", connection_host(c));
		talloc_free(t);
		if (took == REPLY_INCOMPLETE)
			break;
		if (fine && c->state == CONNECTION_READY && c->job && !c->job->decided)
			transaction_begin(c);
	}
	return fine;
}

static void serve(struct smtp_pool *p, struct connection *c)
{
	struct error err;
	bool some = true, established, fine = connection_continue(c, &established, &err);
	if (fine && established)
		session_begin(c);
	while (fine && some && c->state != CONNECTION_CLOSED)
		fine = connection_read(c, &some, &err) && handle_replies(c, &err);
	if (!fine && tries_another(c))
		return;
	if (!fine) {
		lost(p, c, &err);
	} else if (c->state >= CONNECTION_READY) {
		p->proven = true;
		p->pause = 0;
	}
}

static void check_time(struct smtp_pool *p, struct connection *c, int64_t now)
{
	struct error err;
	if (c->state == CONNECTION_CLOSED || now < c->deadline)
		return;
	if (c->state != CONNECTION_READY) {
		if (!connection_timed_out(c, &err) && !tries_another(c))
			lost(p, c, &err);
	} else if (!c->job) {
		connection_quit(c);
	}
}

/* The time until the next deadline, timeout_ms at most. */
static int until(const struct smtp_pool *p, int64_t timeout_ms)
{
	int64_t now = clock_steady(), left = timeout_ms;
	if (left <= 0)
		return 0;
	for (int i = 0; i < p->count; i++)
		if (p->connections[i].state != CONNECTION_CLOSED && p->connections[i].deadline - now < left)
			left = p->connections[i].deadline - now;
	return left > 0 ? (int)left : 0;
}

static void watch(struct smtp_pool *p, int fd, uint32_t before, uint32_t events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };
	/* Only a shortage of memory in the kernel, or of its limit for watches, can refuse it. */
	if (epoll_ctl(p->epoll, before ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
		mem_check(NULL);
}

/* Tells the kernel of new descriptors and events; it forgets those that were closed. */
static void watch_all(struct smtp_pool *p, int wake_fd)
{
	for (int i = 0; i < p->count; i++) {
		struct connection *c = &p->connections[i];
		uint32_t events = c->fd >= 0 ? connection_events(c) : 0;
		if (events != c->watched)
			watch(p, c->fd, c->watched, events, c);
		c->watched = events;
	}
	if (wake_fd == p->wake_fd)
		return;
	if (p->wake_fd >= 0)
		epoll_ctl(p->epoll, EPOLL_CTL_DEL, p->wake_fd, NULL);
	if (wake_fd >= 0)
		watch(p, wake_fd, 0, EPOLLIN, NULL);
	p->wake_fd = wake_fd;
}

/* Waits for the network once; false when wake_fd is readable. */
static bool wait_once(struct smtp_pool *p, int64_t timeout_ms, int wake_fd)
{
	bool woken = false;
	watch_all(p, wake_fd);
	int ready = epoll_wait(p->epoll, p->events, p->count + 1, until(p, timeout_ms));
	for (int i = 0; i < ready; i++)
		if (p->events[i].data.ptr)
			serve(p, p->events[i].data.ptr);
		else
			woken = true;
	int64_t now = clock_steady();
	for (int i = 0; i < p->count && now != p->checked; i++)
		check_time(p, &p->connections[i], now);
	p->checked = now;
	return !woken;
}

/* Messages that wait for a connection go over those that are ready; when all have ended meanwhile, they open one again. */
static void give_on(struct smtp_pool *p)
{
	for (int i = 0; i < p->count; i++) {
		struct connection *from = &p->connections[i], *to = NULL;
		if (!is_waiting(from))
			continue;
		for (int k = 0; k < p->count && !to; k++)
			if (is_ready(&p->connections[k]))
				to = &p->connections[k];
		if (to) {
			to->job = from->job;
			from->job = NULL;
			transaction_begin(to);
		} else if (count_open(p) == 0 && clock_steady() >= p->down_until) {
			open_for_job(p, from);
		}
	}
}

int smtp_pool_tend(struct smtp_pool *p)
{
	wait_once(p, 0, p->wake_fd);
	give_on(p);
	return count_open(p) > 0 ? until(p, CLOCK_DAY) : -1;
}

int smtp_pool_wait(struct smtp_pool *p, int timeout_ms)
{
	watch_all(p, -1);
	return until(p, timeout_ms);
}

int smtp_pool_fd(const struct smtp_pool *p) { return p->epoll; }

bool smtp_pool_next(struct smtp_pool *p, int timeout_ms, int wake_fd, struct smtp_outcome *outcome)
{
	int64_t end = clock_steady() + timeout_ms;
	bool go_on = true, last = false;
	while (!take(p, outcome)) {
		if (!go_on || last)
			return false;
		int64_t left = end - clock_steady();
		last = left <= 0;
		go_on = wait_once(p, left, wake_fd);
	}
	return true;
}

void smtp_pool_hold(struct smtp_pool *p, int connection, bool held) { p->connections[connection].held = held; }
