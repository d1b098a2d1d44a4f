#pragma once
/*
 * connection - one non-blocking connection to an SMTP server.
 *
 * The state of a connection, and its transport: connecting, TLS, sending and
 * receiving bytes.  Knows no replies: session.h and transaction.h speak SMTP
 * over it, client.c has all connections and polls them.  Private to these.
 */
#include "gateway/base/memory/buf.h"
#include "smtp/client/ehlo.h"
#include "smtp/client/submission.h"
#include "smtp/client/tls.h"
#include <stdint.h>

struct addrinfo;

/* What the connection waits for; from CONNECTION_GREETING on, the command whose reply is expected. */
enum connection_state {
	CONNECTION_CLOSED,
	CONNECTION_CONNECTING,
	CONNECTION_HANDSHAKE,
	CONNECTION_GREETING,
	CONNECTION_EHLO,
	CONNECTION_HELO,
	CONNECTION_STARTTLS,
	CONNECTION_AUTH,
	CONNECTION_AUTH_TOKEN,
	CONNECTION_AUTH_PLAIN,
	CONNECTION_AUTH_CANCEL,
	CONNECTION_AUTH_USER,
	CONNECTION_AUTH_PASSWORD,
	CONNECTION_READY, /* expects no reply: a message may be sent */
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
	bool utf8;               /* an address is not ASCII */
	bool eight_bit;          /* the data is not ASCII */
	bool dotted;             /* a line of the data begins with a dot */
	bool decided;            /* outcome is set */
	bool answered;           /* the server has replied to one of its commands */
	bool retried;            /* was started again on a new connection */
	bool start_again;        /* is to be: the session takes no more */
	struct smtp_outcome outcome;
};

struct connection {
	const struct smtp_options *options;
	SSL_CTX *tls_context;  /* NULL when options say SMTP_PLAIN */
	struct addrinfo *addresses, *address; /* while connecting: all of the host, and the one that is tried */
	size_t target, place;  /* of several hosts: which of them, and which of its addresses is next */
	int asked;             /* how many of them have answered and given no session */
	bool clear;            /* TLS has failed, which need not be: this one is tried without */
	int fd;
	uint32_t watched;      /* the events that the kernel watches fd for; 0: it does not know fd yet */
	struct tls tls;        /* tls.ssl is NULL in the clear */
	enum connection_state state;
	int64_t deadline;      /* on clock_steady() */
	struct buf *in, *out;
	size_t out_at;         /* how much of out was sent */
	struct ehlo offers;
	int messages;          /* started on this connection */
	int delivered;         /* accepted on it */
	bool plain_refused;    /* AUTH PLAIN was offered and does not work: LOGIN is tried */
	char complaint[640];   /* what the server says is wrong with our token, before it refuses it; or "" */
	bool dirty;            /* the last transaction was not completed: RSET first */
	struct job *job;       /* or NULL */
	bool held;             /* gets no other message for now */
};

/* Starts to connect to the first of the host's addresses that socket(2) and connect(2) accept. */
bool connection_open(struct connection *c, struct error *err);
/* Closes the connection without QUIT. */
void connection_close(struct connection *c);
/* Sends QUIT and closes without waiting for the reply. */
void connection_quit(struct connection *c);
/* The name of the server; of several hosts, the one that it is connected to, or tries. */
const char *connection_host(const struct connection *c);
/* Is the peer on this machine (a loopback address, or a socket of it)? */
bool connection_is_local(const struct connection *c);
/* Changes the state and starts its timeout. */
void connection_set_state(struct connection *c, enum connection_state state);
/* Queues bytes and sends as many as the socket takes. */
void connection_send(struct connection *c, const char *data, size_t size);
/* Changes the state and sends one command, or several with CRLF between; the last CRLF is added here. */
void connection_command(struct connection *c, enum connection_state state, const char *line);
/* Starts the TLS handshake.  ERROR_PERMANENT when bytes of the server are already waiting. */
bool connection_start_tls(struct connection *c, struct error *err);
/* The events of epoll(7) to wait for; never none. */
uint32_t connection_events(const struct connection *c);
/* Continues after an event: connects, shakes hands or sends.  *established is set to true once the transport is complete:
 * TCP, and TLS if the options ask for it from the start; and again after the handshake that STARTTLS asked for. */
bool connection_continue(struct connection *c, bool *established, struct error *err);
/* The deadline has passed: tries the next address while there is one. */
bool connection_timed_out(struct connection *c, struct error *err);
/* A session could not be opened with one of several hosts that has answered: tries it in the clear when only TLS failed and need not be, else the next
 * address (RFC 5321 section 5.1).  False: there is none, and the connection is as before or closed. */
bool connection_try_another(struct connection *c);
/* Reads once into in; *some is false when nothing more can be read now. */
bool connection_read(struct connection *c, bool *some, struct error *err);
