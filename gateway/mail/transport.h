#pragma once
/*
 * transport - sends a message that is ready: to one of the mail servers, or into a Maildir.
 *
 * Servers have their share by weight as long as each keeps up: one that is
 * down, refuses us, has reached its rate or answers slowly holds up no others.
 *
 * Several messages may be in progress.  A connection whose outcome was taken
 * counts as taken until the caller says that it is recorded: so a crash repeats
 * at most one message per connection.
 */
#include "gateway/base/role/role.h"
#include "smtp/client/submission.h"
#include "subscribers/ledger/ledger.h"

struct outgoing {
	const char *from, *to;  /* of the envelope */
	const char *id;         /* Message-ID without its angle brackets */
	const char *envid;      /* of the envelope (RFC 3461 section 4.4) */
	const char *data;       /* RFC 5322, lines end with CRLF */
	size_t size;
	const char *avoid;      /* the server that has put it off before, or NULL: another one gets it if there is one */
	bool urgent;            /* somebody waits for it */
	void *tag;              /* the caller's */
};

struct sent {
	void *tag;
	void *slot;             /* for transport_settle */
	enum delivery_state state;
	enum delivery_reason reason;
	const char *words;      /* the peer's response text; valid until the next call */
	int64_t retry_after;    /* ms, or 0 */
	const char *server;     /* its name, when there are several; else NULL */
};

struct transport;

/* The part of this worker of the servers' connections and rates.  site, a host that we serve, is what we call ourselves where the configuration
 * names nothing: it is known to resolve. */
struct transport *transport_new(void *owner, const struct role *role, const char *site, struct error *err);
/* How one of the configuration's mail servers is reached; what is made for it belongs to owner.  connections is 0. */
void transport_options(void *owner, const struct config *config, const struct config_server *server, const char *site, struct smtp_options *options);
/* As smtp_pool_tend: before transport_send, and again after so many ms; -1: when there is something to send. */
int transport_tend(struct transport *t);
/* Is it known of each receiver how fast letters may go there?  Then transport_turn says whose turn it is; else any message's that has room. */
bool transport_is_paced(const struct transport *t);
/* Does transport_send accept a message now that is to avoid this server (NULL: any will do)?  Only when it is not paced. */
bool transport_has_room(struct transport *t, const char *avoid, bool urgent);
/* For how many ms only urgent messages may go; or 0. */
int64_t transport_rest(const struct transport *t);
enum turn {
	TURN_NOW,    /* transport_send must follow, or transport_give_up */
	TURN_WAIT,   /* others may go before it; *ms is when to ask again, if nothing happens before */
	TURN_LATER,  /* so much later that others should be claimed in its place */
	TURN_NEVER   /* it ends as *sent says */
};
/* When it is paced: before transport_turn is asked for all messages that wait. */
void transport_begin_turns(struct transport *t);
/* When it is paced: is it the turn of a message to this address?  LATER: *ms from now. */
enum turn transport_turn(struct transport *t, const char *to, const char *avoid, bool urgent, int64_t *ms, struct sent *sent);
void transport_give_up(struct transport *t, const char *to);
/* When a message that has waited for its turn for some seconds should come back, in ms. */
int64_t transport_later(struct transport *t, const char *to);
/* Readable when it may be another's turn without an outcome; -1 when it is not paced. */
int transport_fd(const struct transport *t);
/* How many are in progress. */
int transport_busy(const struct transport *t);
/* Takes a message (what it points to is copied). Only while there is room for it. */
void transport_send(struct transport *t, const struct outgoing *message);
/* The next outcome; false after timeout_ms, or once stop_fd is readable (-1: none). */
bool transport_next(struct transport *t, int timeout_ms, int stop_fd, struct sent *sent);
/* The outcome with this slot is on disk: its connection may have another message.  NULL: of none. */
void transport_settle(struct transport *t, void *slot);
