#pragma once
/*
 * connection - one non-blocking connection to an SMTP server, for client.c and dialogue.c.
 *
 * connection.c moves bytes, in the clear or through TLS; dialogue.c knows
 * what is said.
 */
#include "gateway/base/buf.h"
#include "smtp/client.h"
#include "smtp/reply.h"
#include <openssl/ssl.h>
#include <stdint.h>

enum connection_state {
	CONNECTION_CLOSED, CONNECTION_CONNECTING, CONNECTION_HANDSHAKE, CONNECTION_GREETING, CONNECTION_EHLO, CONNECTION_STARTTLS,
	CONNECTION_AUTH, CONNECTION_AUTH_USER, CONNECTION_AUTH_PASSWORD, CONNECTION_READY, CONNECTION_MAIL, CONNECTION_RCPT,
	CONNECTION_DATA, CONNECTION_BODY, CONNECTION_RSET
};

struct connection {
	void *owner;           /* of the buffers; a connection is one of an array, no talloc object */
	const struct smtp_options *options;
	SSL_CTX *tls;
	int fd;
	SSL *ssl;              /* NULL in the clear */
	short wants;           /* poll events it waits for */
	enum connection_state state;
	int64_t deadline;
	struct buf *in, *out;
	size_t out_at;         /* how much of out has gone */
	/* what the server offers */
	bool pipelining, starttls, eight_bit, utf8, dsn, size_known, auth_plain, auth_login;
	size_t size_max;
	int messages;          /* sent on this connection */
	/* the message under way */
	bool busy, decided;
	char *from, *to, *data;
	size_t size;
	void *tag;
	struct smtp_outcome outcome;
};

/* Begins to connect to one of the host's addresses. */
bool connection_open(struct connection *c, struct error *err);
void connection_close(struct connection *c);
/* Begins the TLS handshake; whatever was read before it is not to be trusted and must not be there. */
bool connection_handshake(struct connection *c, struct error *err);
/* Queues bytes and sends what it can. */
void connection_say(struct connection *c, const char *data, size_t size);
/* Goes on after poll(2): connects, shakes hands, writes, reads into in.  False: the connection is lost, err says how. */
bool connection_move(struct connection *c, struct error *err);
/* Time for the next step, by what it is. */
void connection_set_deadline(struct connection *c);

/* Begins the dialogue for the message, on a connection that is ready or closed. */
void dialogue_begin(struct connection *c);
/* Works off the replies that have come.  False: the dialogue cannot go on, err says why. */
bool dialogue_go_on(struct connection *c, struct error *err);
/* Decides the message under way, once. */
void dialogue_decide(struct connection *c, enum smtp_verdict verdict, enum smtp_stage stage, const struct reply *reply, const char *words);
