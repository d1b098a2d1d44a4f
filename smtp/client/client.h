#pragma once
/*
 * client - sends through an SMTP server: several connections, one process, no threads.
 *
 * RFC 5321 with PIPELINING (RFC 2920), STARTTLS (RFC 3207) or TLS from the
 * start, AUTH PLAIN and LOGIN (RFC 4954), SIZE, 8BITMIME, SMTPUTF8 and DSN
 * where offered.  Certificates are verified.  One recipient per message, so
 * that each has a return path of its own.  Temporary or permanent is decided
 * here, where the reply is read.
 *
 *   smtp_pool_send() while smtp_pool_room() > 0,
 *   smtp_pool_next() until it is false,
 *   commit these outcomes, and so on.
 *
 * A connection is free again only after its outcome was taken: a caller that
 * commits outcomes before it sends repeats at most one message for each
 * connection, should it die.  The process must ignore SIGPIPE, as main does.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum smtp_security { SMTP_TLS, SMTP_STARTTLS, SMTP_PLAIN };

struct smtp_options {
	const char *host;            /* resolved for each new connection by getaddrinfo(3), which blocks */
	int port;
	enum smtp_security security;
	const char *user, *password; /* or NULL; sent only through TLS, or to this machine */
	const char *helo;            /* our name in EHLO */
	const char *ca_file;         /* NULL: the system's */
	int connections;             /* at most */
	int per_connection;          /* messages before a connection is closed, 0: 100 */
	int timeout_ms;              /* for any step; 0: those of RFC 5321 section 4.5.3.2 */
};

struct smtp_message {
	const char *from, *to;       /* of the envelope; from "" is the null sender */
	const char *data;            /* RFC 5322; each line ends with CRLF */
	size_t size;
	const char *envid;           /* is returned in delivery reports (RFC 3461 section 4.4), or NULL */
	void *tag;
};

enum smtp_verdict { SMTP_DELIVERED, SMTP_DEFERRED, SMTP_FAILED };
/* The stage of the dialogue in which the verdict was given. */
enum smtp_stage { SMTP_STAGE_CONNECTION, SMTP_STAGE_SENDER, SMTP_STAGE_RECIPIENT, SMTP_STAGE_DATA };

/*
 * SMTP_FAILED is only about the recipient or the message: if the server
 * refuses us, our login or our sender address, the message is deferred, as
 * this may be corrected before the next try.  So it is when the connection is
 * lost; after the final dot the message may have been accepted all the same.
 */
struct smtp_outcome {
	void *tag;
	enum smtp_verdict verdict;
	enum smtp_stage stage;
	int code;                    /* of the reply; 0: there was none */
	char status[16];             /* "5.1.1", or "" */
	char words[640];             /* the text of the reply, or of the error */
};

struct smtp_pool;

/* Does not connect yet.  ERROR_INVALID for options that cannot work. */
struct smtp_pool *smtp_pool_new(void *owner, const struct smtp_options *options, struct error *err);
/* How many messages smtp_pool_send accepts now.  After a failed connection 0 for a time, then 1 to try again. */
int smtp_pool_room(const struct smtp_pool *pool);
/* How many messages are in progress. */
int smtp_pool_busy(const struct smtp_pool *pool);
/* Hands a message to a free connection; copied.  Only while there is room. */
void smtp_pool_send(struct smtp_pool *pool, const struct smtp_message *message);
/* The next outcome; false after timeout_ms, or once wake_fd is readable (-1: none). */
bool smtp_pool_next(struct smtp_pool *pool, int timeout_ms, int wake_fd, struct smtp_outcome *outcome);
