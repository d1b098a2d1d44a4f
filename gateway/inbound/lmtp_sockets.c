#include "gateway/inbound/lmtp_sockets.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/inbound/route.h"
#include "smtp/server/lmtp.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 16 << 10, EVENTS = 32 };
/* How long a client may be silent (RFC 5321 section 4.5.3.2 wants five minutes), and how long a message may take. */
#define SILENT (5 * CLOCK_MINUTE)
#define MESSAGE_TIME (10 * CLOCK_MINUTE)

struct client {
	struct lmtp_sockets *all;
	int fd;
	struct lmtp *dialogue;
	bool writes;          /* it waits until it can send */
	bool over;
	int64_t heard, began; /* steady time: when it last sent something; when the message began */
};

struct lmtp_sockets {
	struct role *role;
	int epoll;
	bool listens;         /* the listening socket is watched */
	struct client *clients[CONNECTIONS_MAX];
};

static int close_all(struct lmtp_sockets *all)
{
	close(all->epoll);
	return 0;
}

static int close_client(struct client *c)
{
	close(c->fd);
	return 0;
}

static bool watch(int epoll, int operation, int fd, unsigned events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };
	return epoll_ctl(epoll, operation, fd, &event) == 0;
}

/* The listening socket is watched while there is room for another client. */
static void watch_listener(struct lmtp_sockets *all)
{
	bool room = false;
	for (size_t i = 0; !room && i < CONNECTIONS_MAX; i++)
		room = !all->clients[i];
	if (all->role->listen_fd < 0 || room == all->listens)
		return;
	all->listens = watch(all->epoll, room ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, all->role->listen_fd, EPOLLIN, all) ? room : all->listens;
}

struct lmtp_sockets *lmtp_sockets_new(void *owner, struct role *role, struct error *err)
{
	struct lmtp_sockets *all = mem_new(owner, struct lmtp_sockets);
	all->role = role;
	all->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (all->epoll < 0 || !watch(all->epoll, EPOLL_CTL_ADD, role->stop_fd, EPOLLIN, NULL)) {
		error_set(err, ERROR_TEMPORARY, "cannot watch connections: %m");
		talloc_free(all);
		return NULL;
	}
	talloc_set_destructor(all, close_all);
	watch_listener(all);
	return all;
}

static const char *our_name(const struct config *c) { return c->inbound.domain ? c->inbound.domain : c->mail.helo ? c->mail.helo : "localhost"; }

/* Sends what it can; false while there is more. */
static bool send_output(struct client *c)
{
	struct buf *out = lmtp_output(c->dialogue);
	while (out->size) {
		ssize_t n = send(c->fd, out->data, out->size, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n < 0) {
			c->over = true;
			buf_clear(out);
			return true;
		}
		buf_drop(out, (size_t)n);
	}
	return true;
}

static void let_in(struct lmtp_sockets *all, int fd)
{
	size_t i = 0;
	while (i < CONNECTIONS_MAX && all->clients[i])
		i++;
	if (i == CONNECTIONS_MAX) {
		close(fd);
		return;
	}
	struct client *c = all->clients[i] = mem_new(all, struct client);
	*c = (struct client){ .all = all, .fd = fd, .heard = clock_steady() };
	talloc_set_destructor(c, close_client);
	c->dialogue = lmtp_new(c, our_name(all->role->config), MAIL_IN_SIZE_MAX);
	c->over = !watch(all->epoll, EPOLL_CTL_ADD, fd, EPOLLIN, c);
	send_output(c);
}

static void accept_client(struct lmtp_sockets *all)
{
	int fd = accept4(all->role->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0)
		let_in(all, fd);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		log_warning("cannot accept a connection", log_text("error", strerror(errno)));
}

static enum lmtp_answer answer_of(bool fine, const struct error *why)
{
	return fine ? LMTP_TAKEN : why->kind == ERROR_NOT_FOUND ? LMTP_UNKNOWN : LMTP_LATER;
}

static void answer_recipient(struct client *c)
{
	struct error why = { 0 };
	struct role *role = c->all->role;
	struct mail_in m = { .recipient = lmtp_recipient(c->dialogue) };
	bool fine = route_mail(role->db, role->config, &m, &why);
	if (!fine)
		log_info("recipient refused", log_text("recipient", m.recipient), log_text("error", why.text));
	lmtp_answer_recipient(c->dialogue, answer_of(fine, &why));
}

struct storing {
	struct db *db;
	const struct mail_in *mail;
};

static bool store_once(void *context, struct error *err)
{
	const struct storing *s = context;
	return route_store(s->db, s->mail, err);
}

/* A row for each recipient: each may have been for something else.  Nobody is put off only because a role wrote at that moment. */
static bool store(struct client *c, size_t n, struct error *err)
{
	struct role *role = c->all->role;
	const struct buf *message = lmtp_message(c->dialogue);
	struct mail_in m = { .recipient = lmtp_recipient_at(c->dialogue, n), .sender = lmtp_sender(c->dialogue), .message = message->data, .size = message->size };
	return route_mail(role->db, role->config, &m, err) && db_transact(role->db, store_once, &(struct storing){ role->db, &m }, err);
}

/* Each is committed before it is answered. */
static void answer_message(struct client *c, bool *stored)
{
	enum lmtp_answer answers[LMTP_RECIPIENTS_MAX];
	for (size_t i = 0; i < lmtp_recipients(c->dialogue); i++) {
		struct error why = { 0 };
		bool fine = store(c, i, &why);
		answers[i] = answer_of(fine, &why);
		*stored |= fine;
		if (!fine)
			log_warning("message not taken", log_text("recipient", lmtp_recipient_at(c->dialogue, i)), log_text("error", why.text));
	}
	lmtp_answer_message(c->dialogue, answers);
}

/* Does what the dialogue asks for, until it needs the client again. */
static void advance(struct client *c, bool *stored)
{
	for (;;)
		switch (lmtp_next(c->dialogue)) {
		case LMTP_RECIPIENT: answer_recipient(c); break;
		case LMTP_MESSAGE:
			answer_message(c, stored);
			c->began = 0;
			break;
		case LMTP_CLOSE: c->over = true; return;
		default: return;
		}
}

static void read_input(struct client *c)
{
	char data[READ_SIZE];
	ssize_t n = recv(c->fd, data, sizeof data, 0);
	if (n > 0) {
		c->heard = clock_steady();
		c->began = c->began ? c->began : c->heard;
		lmtp_feed(c->dialogue, data, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		c->over = true;
	}
}

static void drop(struct lmtp_sockets *all, struct client *c)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (all->clients[i] == c)
			all->clients[i] = NULL;
	talloc_free(c);
}

/* Reads only after all was sent: who reads no replies is not listened to. */
static void serve(struct client *c, bool *stored)
{
	bool sent = send_output(c);
	if (sent && !c->over) {
		read_input(c);
		/* Commands that had to wait for room for their replies are here already: nothing more may come that would wake us. */
		for (bool said = true; said && sent && !c->over;) {
			advance(c, stored);
			said = lmtp_output(c->dialogue)->size > 0;
			sent = send_output(c);
		}
	}
	if (c->writes == sent)
		watch(c->all->epoll, EPOLL_CTL_MOD, c->fd, sent ? EPOLLIN : EPOLLOUT, c);
	c->writes = !sent;
}

/* Those that are over, and those that take too long. */
static void sweep(struct lmtp_sockets *all)
{
	int64_t now = clock_steady();
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct client *c = all->clients[i];
		if (c && !c->over && (now - c->heard > SILENT || (c->began && now - c->began > MESSAGE_TIME))) {
			lmtp_end(c->dialogue, "that took too long");
			send_output(c);
			c->over = true;
		}
		/* What it cannot take at once, it will not get. */
		if (c && c->over)
			drop(all, c);
	}
}

bool lmtp_sockets_turn(struct lmtp_sockets *all, int timeout_ms, bool *stored, struct error *err)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(all->epoll, events, EVENTS, timeout_ms);
	if (count < 0 && errno != EINTR)
		return error_set(err, ERROR_TEMPORARY, "cannot wait for connections: %m");
	for (int i = 0; i < count; i++) {
		void *what = events[i].data.ptr;
		if (what == all)
			accept_client(all);
		else if (what)
			serve(what, stored);
	}
	sweep(all);
	watch_listener(all);
	return true;
}

void lmtp_sockets_end(struct lmtp_sockets *all)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (all->clients[i]) {
			lmtp_end(all->clients[i]->dialogue, "we stop, and come back");
			send_output(all->clients[i]);
			drop(all, all->clients[i]);
		}
}
