#pragma once
/*
 * connection - one non-blocking connection to an SMTP server.
 *
 * Shared by the files behind client.h alone: connection.c moves bytes,
 * tls.c wraps them, session.c greets and logs in, transaction.c sends a
 * message, client.c has all connections and the waiting.
 */
#include "gateway/base/memory/buf.h"
#include "smtp/client/client.h"
#include "smtp/client/ehlo.h"
#include <openssl/ssl.h>
#include <stdint.h>

struct addrinfo;

/* What the connection waits for; from CONNECTION_GREETING on, which reply. */
enum connection_state {
	CONNECTION_CLOSED,
	CONNECTION_CONNECTING,
	CONNECTION_HANDSHAKE,
	CONNECTION_GREETING,
	CONNECTION_EHLO,
	CONNECTION_HELO,
	CONNECTION_STARTTLS,
	CONNECTION_AUTH,
	CONNECTION_AUTH_USER,
	CONNECTION_AUTH_PASSWORD,
	CONNECTION_READY, /* for none: a message may be sent */
	CONNECTION_RSET,
	CONNECTION_MAIL,
	CONNECTION_RCPT,
	CONNECTION_DATA,
	CONNECTION_BODY
};

/* The message under way. */
struct job {
	char *from, *to, *envid; /* envid may be NULL */
	char *data;
	size_t size;
	bool utf8;               /* an address has letters beyond ASCII */
	bool eight_bit;          /* the data has */
	bool decided;            /* outcome holds */
	bool heard;              /* the server said something about it */
	bool again;              /* was begun anew on a new connection */
	struct smtp_outcome outcome;
};

struct connection {
	const struct smtp_options *options;
	SSL_CTX *tls;
	struct addrinfo *addresses, *address; /* all of the host while connecting, and the one that is tried */
	int fd;
	SSL *ssl;              /* NULL in the clear */
	bool tls_writes;       /* TLS has something to write before it can read */
	enum connection_state state;
	int64_t deadline;      /* on clock_steady() */
	struct buf *in, *out;
	size_t out_at;         /* how much of out has gone */
	struct ehlo offers;
	int messages;          /* begun on this connection */
	bool dirty;            /* the last message ended in mid-dialogue: RSET first */
	struct job *job;       /* NULL: none */
};

/* Begins to connect, to the first of the host's addresses that lets us begin. */
bool connection_open(struct connection *c, struct error *err);
/* Ends the connection without a word. */
void connection_close(struct connection *c);
/* Says QUIT and does not wait for the answer. */
void connection_quit(struct connection *c);
/* Is the peer this machine? */
bool connection_is_local(const struct connection *c);
/* Goes on to a state, which gets its time. */
void connection_enter(struct connection *c, enum connection_state state);
/* Queues bytes and sends what it can. */
void connection_say(struct connection *c, const char *data, size_t size);
/* A line, the end of which is put here; then goes on to state. */
void connection_ask(struct connection *c, enum connection_state state, const char *line);
/* Events to poll(2) for. */
short connection_wants(const struct connection *c);
/* Goes on after poll(2): connects, shakes hands, sends. */
bool connection_move(struct connection *c, struct error *err);
/* The deadline has passed: goes on with the next address while there is one. */
bool connection_late(struct connection *c, struct error *err);
/* Reads once into in; *some is false when there is nothing more now. */
bool connection_read(struct connection *c, bool *some, struct error *err);

/* For all connections of a pool; ca_file NULL: the system's. */
SSL_CTX *tls_context(const char *ca_file, struct error *err);
/* Starts TLS on a connection from which all that came was read. */
bool tls_begin(struct connection *c, struct error *err);
/* Goes on with the handshake; *done when it has ended well. */
bool tls_handshake(struct connection *c, bool *done, struct error *err);
/* Says goodbye when that can be heard; nothing without TLS. */
void tls_end(struct connection *c);
/* Bytes moved; 0: not now; -1: the connection is lost. */
ssize_t tls_write(struct connection *c, const char *data, size_t size);
ssize_t tls_read(struct connection *c, char *data, size_t size);

/* The TCP connection stands, or the handshake has ended. */
void session_begin(struct connection *c);
/* A reply before CONNECTION_READY. */
bool session_reply(struct connection *c, const struct reply *reply, struct error *err);

/* Begins to send the job, on a connection that is ready. */
void transaction_begin(struct connection *c);
/* A reply since. */
bool transaction_reply(struct connection *c, const struct reply *reply, struct error *err);
/* What became of the job, once; later verdicts are not heard.  reply or words may be NULL. */
void transaction_decide(struct connection *c, enum smtp_verdict verdict, enum smtp_stage stage, const struct reply *reply, const char *words);
