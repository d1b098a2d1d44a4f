#pragma once
/*
 * submission - what a caller of client.h hands over, and what it gets back.
 *
 * The types that client.h and the files below it share.
 */
#include "gateway/base/text/error.h"
#include <stdbool.h>
#include <stddef.h>

/* SMTP_ENCRYPTED: STARTTLS with any certificate.  SMTP_OPPORTUNISTIC: that where it is offered, else in the clear. */
enum smtp_security { SMTP_TLS, SMTP_STARTTLS, SMTP_ENCRYPTED, SMTP_OPPORTUNISTIC, SMTP_PLAIN };

/* Must the server show a certificate that is good for its name? */
static inline bool smtp_verifies(enum smtp_security security) { return security == SMTP_TLS || security == SMTP_STARTTLS; }

/* One of several hosts that are tried one after the other, whose addresses are known. */
struct smtp_target {
	const char *host;
	const char *const *addresses; /* as text */
	size_t count;                 /* one at least */
};

/* Is it a socket of this machine, named by its path? */
static inline bool smtp_is_socket(const char *host) { return host[0] == '/'; }

struct smtp_options {
	const char *host;            /* resolved for each new connection by getaddrinfo(3), which blocks; or the path of a socket, from its root, which needs no TLS */
	const struct smtp_target *targets; /* NULL: host is resolved; else these instead, and host is what messages call them */
	size_t target_count;
	int port;
	enum smtp_security security;
	bool lmtp;                   /* RFC 2033 */
	const char *user, *password; /* or NULL; sent only to a verified server, or to this machine */
	const char *token_file;      /* instead of a password: its first line is an access token, read anew for each connection (oauth.h); or NULL */
	const char *helo;            /* our name in EHLO */
	const char *ca_file;         /* NULL: the system's */
	int connections;             /* at most */
	int per_connection;          /* messages before a connection is closed, 0: 100 */
	int idle_ms;                 /* an unused connection is closed after this time; 0: 20 s, for servers wait for minutes */
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
	bool verified;               /* over TLS, with a certificate that is good for the name of the server; known of what is DELIVERED */
	int connection;              /* which of the pool's, from 0 */
};
