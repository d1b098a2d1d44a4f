#pragma once
/*
 * submission - what a caller of client.h hands over, and what it gets back.
 *
 * The types that client.h and the files below it share.
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
};
