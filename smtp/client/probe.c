#include "smtp/client/probe.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "smtp/client/connection.h"
#include "smtp/client/envelope.h"
#include "smtp/client/session.h"
#include <openssl/x509.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#define LONGEST CLOCK_MINUTE
enum { STEP_MS = 15000 };

struct trial {
	void *owner;
	struct connection c;
	struct smtp_probe *probe;
	const char *from, *to;
	bool over;
};

static void note_tls(struct trial *t)
{
	struct tm tm;
	X509 *certificate = t->c.tls.ssl ? SSL_get1_peer_certificate(t->c.tls.ssl) : NULL;
	if (!certificate)
		return;
	t->probe->tls = mem_dup(t->owner, SSL_get_version(t->c.tls.ssl));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1)
		t->probe->certificate_ends = (int64_t)timegm(&tm) * CLOCK_SECOND;
	X509_free(certificate);
}

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

static void ask_sender(struct trial *t)
{
	const char *utf8 = is_ascii(t->from) && is_ascii(t->to) ? "" : t->c.offers.utf8 ? " SMTPUTF8" : NULL;
	t->probe->stage = SMTP_PROBE_READY;
	t->probe->offers = t->c.offers;
	if (!utf8 || !envelope_takes(t->from) || !envelope_takes(t->to)) {
		t->over = true;
		return;
	}
	char *line = mem_printf(NULL, "MAIL FROM:<%s>%s", t->from, utf8);
	connection_command(&t->c, CONNECTION_MAIL, line);
	talloc_free(line);
}

static void on_sender(struct trial *t, const struct reply *r)
{
	t->probe->sender = r->code;
	t->probe->sender_words = mem_dup(t->owner, r->text);
	t->over = r->code >= 300;
	if (t->over)
		return;
	char *line = mem_printf(NULL, "RCPT TO:<%s>", t->to);
	connection_command(&t->c, CONNECTION_RCPT, line);
	talloc_free(line);
}

static void on_recipient(struct trial *t, const struct reply *r)
{
	t->probe->recipient = r->code;
	t->probe->recipient_words = mem_dup(t->owner, r->text);
	t->over = true;
}

static bool on_reply(struct trial *t, const struct reply *r, struct error *err)
{
	struct connection *c = &t->c;
	if (c->state == CONNECTION_MAIL)
		on_sender(t, r);
	else if (c->state == CONNECTION_RCPT)
		on_recipient(t, r);
	else {
		if (c->state == CONNECTION_GREETING)
			t->probe->greeting = mem_dup(t->owner, r->text);
		if (!session_reply(c, r, err))
			return false;
		if (c->state == CONNECTION_HANDSHAKE)
			t->probe->stage = SMTP_PROBE_TLS;
		else if (c->state >= CONNECTION_AUTH && c->state < CONNECTION_READY)
			t->probe->stage = SMTP_PROBE_LOGIN;
		else if (c->state == CONNECTION_READY)
			ask_sender(t);
	}
	return true;
}

static bool handle_replies(struct trial *t, struct error *err)
{
	bool fine = true;
	enum reply_take took = REPLY_TAKEN;
	while (fine && !t->over && took == REPLY_TAKEN && t->c.in->size > 0) {
		struct reply r;
		void *scratch = talloc_new(NULL);
		took = reply_take(scratch, t->c.in, &r);
		if (took == REPLY_TAKEN)
			fine = on_reply(t, &r, err);
		else if (took == REPLY_BROKEN)
			fine = error_set(err, ERROR_PERMANENT, "'%s' does not speak SMTP", t->c.options->host);
		talloc_free(scratch);
	}
	return fine;
}

static bool go_on(struct trial *t, struct error *err)
{
	struct connection *c = &t->c;
	bool some = true, established, handshake = c->state == CONNECTION_HANDSHAKE;
	if (!connection_continue(c, &established, err))
		return false;
	if (c->state == CONNECTION_HANDSHAKE)
		t->probe->stage = SMTP_PROBE_TLS;
	if (established) {
		t->probe->stage = SMTP_PROBE_CONNECTED;
		if (handshake)
			note_tls(t);
		session_begin(c);
	}
	while (some && !t->over)
		if (!connection_read(c, &some, err) || !handle_replies(t, err))
			return false;
	return true;
}

static bool run(struct trial *t, struct error *err)
{
	struct connection *c = &t->c;
	int64_t end = clock_steady() + LONGEST;
	if (!connection_open(c, err))
		return false;
	while (!t->over) {
		int64_t now = clock_steady(), left = (c->deadline < end ? c->deadline : end) - now;
		struct pollfd p = { .fd = c->fd, .events = connection_events(c) };
		if (left > 0 && poll(&p, 1, (int)left) > 0) {
			if (!go_on(t, err))
				return false;
		} else if (now >= end) {
			return error_set(err, ERROR_TEMPORARY, "'%s' did not answer in time", c->options->host);
		} else if (clock_steady() >= c->deadline && !connection_timed_out(c, err)) {
			return false;
		}
	}
	return true;
}

bool smtp_probe(void *owner, const struct smtp_options *options, const char *from, const char *to, struct smtp_probe *probe, struct error *err)
{
	struct smtp_options with = *options;
	struct error why;
	SSL_CTX *tls = NULL;
	with.timeout_ms = STEP_MS;
	*probe = (struct smtp_probe){ 0 };
	if (options->security != SMTP_PLAIN && !(tls = tls_context(options->ca_file, smtp_verifies(options->security), err)))
		return false;
	struct trial t = { .owner = owner, .c = { .options = &with, .tls_context = tls, .fd = -1 }, .probe = probe, .from = from, .to = to };
	if (run(&t, &why)) {
		connection_quit(&t.c);
	} else {
		/* What EHLO offers decides whether we may log in: its refusal is one of the login. */
		if (probe->stage == SMTP_PROBE_CONNECTED && t.c.state == CONNECTION_EHLO && with.user && (t.c.tls.ssl || with.security == SMTP_PLAIN))
			probe->stage = SMTP_PROBE_LOGIN;
		probe->failed = mem_dup(owner, why.text);
		connection_close(&t.c);
	}
	SSL_CTX_free(tls);
	return true;
}
