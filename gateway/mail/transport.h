#pragma once
/*
 * transport - sends a message that is ready: to an SMTP server, or into a Maildir.
 *
 * Several messages may be in progress.  The caller hands over the next one
 * only after it has recorded the outcomes that it took: so a crash repeats
 * at most one message per connection.
 */
#include "gateway/base/config/config.h"
#include "subscribers/ledger/ledger.h"

struct outgoing {
	const char *from, *to;  /* of the envelope */
	const char *id;         /* Message-ID without its angle brackets */
	const char *data;       /* RFC 5322, lines end with CRLF */
	size_t size;
	void *tag;              /* the caller's */
};

struct sent {
	void *tag;
	enum delivery_state state;
	enum delivery_reason reason;
	const char *words;      /* the peer's response text; valid until the next call */
	int64_t retry_after;    /* ms, or 0 */
};

struct transport;

/* With at most so many connections at once.  site, a host that we serve, is what we call ourselves where the configuration names nothing: it
 * is known to resolve. */
struct transport *transport_new(void *owner, const struct config *config, const char *site, int connections, struct error *err);
/* As smtp_pool_tend: before transport_send, and again after so many ms; -1: when there is something to send. */
int transport_tend(struct transport *t);
/* How many messages transport_send accepts now. */
int transport_room(const struct transport *t);
/* How many are in progress. */
int transport_busy(const struct transport *t);
/* Takes a message (what it points to is copied). Only while there is room. */
void transport_send(struct transport *t, const struct outgoing *message);
/* The next outcome; false after timeout_ms, or once stop_fd is readable (-1: none). */
bool transport_next(struct transport *t, int timeout_ms, int stop_fd, struct sent *sent);
