#pragma once
/*
 * probe - how a mail server takes us, without a letter: the session, TLS, the login, then MAIL and RCPT, and QUIT.
 *
 * For telling an owner what is wrong; client.h sends.
 */
#include "smtp/client/ehlo.h"
#include "smtp/client/submission.h"
#include <stdint.h>

/* How far it came. */
enum smtp_probe_stage {
	SMTP_PROBE_NOWHERE,   /* no connection */
	SMTP_PROBE_CONNECTED, /* but no session: the greeting, EHLO or STARTTLS failed */
	SMTP_PROBE_TLS,       /* the handshake began, and failed */
	SMTP_PROBE_LOGIN,     /* the session stands; the login was refused, or may not be tried */
	SMTP_PROBE_READY      /* MAIL and RCPT were tried */
};

struct smtp_probe {
	enum smtp_probe_stage stage;
	const char *failed;          /* before READY: why it went no further; from there on NULL unless the connection was lost */
	const char *greeting;        /* the text of the greeting, or NULL */
	const char *tls;             /* "TLSv1.3", or NULL: in the clear */
	int64_t certificate_ends;    /* when its certificate is no longer valid, ms; 0: in the clear */
	struct ehlo offers;
	int sender, recipient;       /* the codes of the replies to MAIL and RCPT; 0: not asked */
	const char *sender_words, *recipient_words;
};

/* Greets the server and asks whether it would take a message; sends none.  Takes a minute at most.  ERROR_INVALID: options that
 * cannot work.  What probe points to belongs to owner. */
bool smtp_probe(void *owner, const struct smtp_options *options, const char *from, const char *to, struct smtp_probe *probe, struct error *err);
