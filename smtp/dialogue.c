/* What is said to an SMTP server, and what its replies mean. */
#include "gateway/base/clock.h"
#include "gateway/base/encode.h"
#include "gateway/base/mem.h"
#include "smtp/connection.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PER_CONNECTION = 100 };

static void say(struct connection *c, enum connection_state next, const char *line)
{
	c->state = next;
	connection_say(c, line, strlen(line));
}

void dialogue_decide(struct connection *c, enum smtp_verdict verdict, enum smtp_stage stage, const struct reply *reply, const char *words)
{
	if (!c->busy || c->decided)
		return;
	c->decided = true;
	c->outcome = (struct smtp_outcome){ .tag = c->tag, .verdict = verdict, .stage = stage, .code = reply ? reply->code : 0 };
	if (reply)
		snprintf(c->outcome.status, sizeof c->outcome.status, "%s", reply->status);
	snprintf(c->outcome.words, sizeof c->outcome.words, "%s", reply ? reply->text : words ? words : "");
}

static void decide_by(struct connection *c, enum smtp_stage stage, const struct reply *r)
{
	dialogue_decide(c, r->code < 400 ? SMTP_DELIVERED : r->code < 500 ? SMTP_DEFERRED : SMTP_FAILED, stage, r, NULL);
}

/* Is word one of the words of line? */
static bool has_word(const char *line, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = line; *p; p += strcspn(p, " ="), p += strspn(p, " ="))
		if (strncasecmp(p, word, n) == 0 && strchr(" =", p[n]))
			return true;
	return false;
}

/* The words of an EHLO answer stand on one line, as reply_take made it: keywords are words of their own. */
static void read_ehlo(struct connection *c, const char *text)
{
	const char *size = strcasestr(text, " SIZE"), *auth = strcasestr(text, " AUTH ");
	c->pipelining = has_word(text, "PIPELINING");
	c->starttls = has_word(text, "STARTTLS");
	c->eight_bit = has_word(text, "8BITMIME");
	c->utf8 = has_word(text, "SMTPUTF8");
	c->dsn = has_word(text, "DSN");
	c->size_known = size && (size[5] == ' ' || size[5] == '\0');
	c->size_max = c->size_known ? strtoul(size + 5, NULL, 10) : 0;
	c->auth_plain = auth && has_word(auth, "PLAIN");
	c->auth_login = auth && has_word(auth, "LOGIN");
}

static void say_ehlo(struct connection *c)
{
	char *line = mem_printf(NULL, "EHLO %s\r\n", c->options->helo);
	say(c, CONNECTION_EHLO, line);
	talloc_free(line);
}

static void say_base64(struct connection *c, enum connection_state next, const char *before, const char *data, size_t size)
{
	char *b = encode_base64(NULL, data, size), *line = mem_printf(b, "%s%s\r\n", before, b);
	say(c, next, line);
	talloc_free(b);
}

static bool is_local(const char *host) { return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0; }

/* Logs in when we have a name: in the clear only to this machine. */
static bool log_in(struct connection *c, struct error *err)
{
	const char *user = c->options->user, *password = c->options->password ? c->options->password : "";
	if (!user) {
		c->state = CONNECTION_READY;
		return true;
	}
	if (!c->ssl && !is_local(c->options->host))
		return error_set(err, ERROR_PERMANENT, "the password is not sent in the clear to '%s': set mail.security to starttls or tls", c->options->host);
	if (c->auth_plain) {
		size_t n = strlen(user), m = strlen(password);
		char *both = mem_array(NULL, char, n + m + 3);
		memcpy(both + 1, user, n);
		memcpy(both + n + 2, password, m);
		say_base64(c, CONNECTION_AUTH, "AUTH PLAIN ", both, n + m + 2);
		talloc_free(both);
		return true;
	}
	if (c->auth_login) {
		say(c, CONNECTION_AUTH_USER, "AUTH LOGIN\r\n");
		return true;
	}
	return error_set(err, ERROR_PERMANENT, "'%s' offers no way to log in that we know (PLAIN, LOGIN)", c->options->host);
}

static void say_body(struct connection *c)
{
	connection_say(c, c->data, c->size);
	say(c, CONNECTION_BODY, ".\r\n");
}

/* The envelope; with PIPELINING all of it and DATA in one go. */
static void say_envelope(struct connection *c)
{
	bool utf8 = false;
	for (const char *p = c->to; *p; p++)
		utf8 = utf8 || (unsigned char)*p >= 0x80;
	if (utf8 && !c->utf8) {
		dialogue_decide(c, SMTP_FAILED, SMTP_STAGE_RECIPIENT, NULL, "our server cannot send to an address with letters beyond ASCII (SMTPUTF8)");
		return;
	}
	if (c->size_max && c->size > c->size_max) {
		dialogue_decide(c, SMTP_FAILED, SMTP_STAGE_DATA, NULL, "the message is larger than the server takes");
		return;
	}
	void *t = talloc_new(NULL);
	char *size = c->size_known ? mem_printf(t, " SIZE=%zu", c->size) : mem_dup(t, "");
	char *mail = mem_printf(t, "MAIL FROM:<%s>%s%s%s\r\n", c->from, size, utf8 ? " SMTPUTF8" : "", c->dsn ? " RET=HDRS" : "");
	char *rcpt = mem_printf(t, "RCPT TO:<%s>%s\r\n", c->to, c->dsn ? " NOTIFY=FAILURE" : "");
	say(c, CONNECTION_MAIL, c->pipelining ? mem_printf(t, "%s%sDATA\r\n", mail, rcpt) : mail);
	c->messages++;
	talloc_free(t);
}

static void say_rcpt(struct connection *c)
{
	char *line = mem_printf(NULL, "RCPT TO:<%s>%s\r\n", c->to, c->dsn ? " NOTIFY=FAILURE" : "");
	connection_say(c, line, strlen(line));
	talloc_free(line);
}

/* After a message that went wrong: a fresh start. */
static void start_over(struct connection *c) { say(c, CONNECTION_RSET, "RSET\r\n"); }

static void on_mail(struct connection *c, const struct reply *r)
{
	if (r->code >= 300)
		decide_by(c, SMTP_STAGE_SENDER, r);
	c->state = CONNECTION_RCPT;
	if (c->pipelining)
		return;
	if (c->decided)
		start_over(c);
	else
		say_rcpt(c);
}

static void on_rcpt(struct connection *c, const struct reply *r)
{
	if (r->code >= 300)
		decide_by(c, SMTP_STAGE_RECIPIENT, r);
	c->state = CONNECTION_DATA;
	if (c->pipelining)
		return;
	if (c->decided)
		start_over(c);
	else
		connection_say(c, "DATA\r\n", 6);
}

static void on_data(struct connection *c, const struct reply *r)
{
	if (r->code == 354 && c->decided) {
		/* RFC 2920 section 3.1: DATA was taken although nobody is to get it, so send nothing. */
		say(c, CONNECTION_BODY, ".\r\n");
	} else if (r->code == 354) {
		say_body(c);
	} else {
		decide_by(c, SMTP_STAGE_DATA, r);
		start_over(c);
	}
}

static void on_body(struct connection *c, const struct reply *r)
{
	bool spent = c->messages >= (c->options->per_connection > 0 ? c->options->per_connection : PER_CONNECTION);
	decide_by(c, SMTP_STAGE_DATA, r);
	if (r->code >= 400)
		start_over(c);
	else
		c->state = CONNECTION_READY;
	if (spent) {
		connection_say(c, "QUIT\r\n", 6);
		connection_close(c);
	}
}

static bool refused(struct connection *c, const struct reply *r, const char *what, struct error *err)
{
	return error_set(err, r->code >= 500 ? ERROR_PERMANENT : ERROR_TEMPORARY, "'%s' %s: %s", c->options->host, what, r->text);
}

static bool on_ehlo(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code != 250)
		return refused(c, r, "does not take our EHLO", err);
	read_ehlo(c, r->text);
	if (c->options->security != SMTP_STARTTLS || c->ssl)
		return log_in(c, err);
	if (!c->starttls)
		return error_set(err, ERROR_PERMANENT, "'%s' does not offer STARTTLS: set mail.security to tls, or to plain for a relay on this machine", c->options->host);
	say(c, CONNECTION_STARTTLS, "STARTTLS\r\n");
	return true;
}

static bool on_auth(struct connection *c, const struct reply *r, struct error *err)
{
	const char *password = c->options->password ? c->options->password : "";
	if (c->state == CONNECTION_AUTH_USER && r->code == 334)
		say_base64(c, CONNECTION_AUTH_PASSWORD, "", c->options->user, strlen(c->options->user));
	else if (c->state == CONNECTION_AUTH_PASSWORD && r->code == 334)
		say_base64(c, CONNECTION_AUTH, "", password, strlen(password));
	else if (r->code == 235)
		c->state = CONNECTION_READY;
	else
		return refused(c, r, "does not let us log in", err);
	return true;
}

static bool on_reply(struct connection *c, const struct reply *r, struct error *err)
{
	/* RFC 5321 section 3.8: 421 may come at any time, and the server is gone after it. */
	if (r->code == 421)
		return refused(c, r, "closes the connection", err);
	switch (c->state) {
	case CONNECTION_GREETING:
		if (r->code != 220)
			return refused(c, r, "does not want us", err);
		say_ehlo(c);
		return true;
	case CONNECTION_EHLO: return on_ehlo(c, r, err);
	case CONNECTION_STARTTLS: return r->code == 220 ? connection_handshake(c, err) : refused(c, r, "does not start TLS", err);
	case CONNECTION_AUTH: case CONNECTION_AUTH_USER: case CONNECTION_AUTH_PASSWORD: return on_auth(c, r, err);
	case CONNECTION_MAIL: on_mail(c, r); return true;
	case CONNECTION_RCPT: on_rcpt(c, r); return true;
	case CONNECTION_DATA: on_data(c, r); return true;
	case CONNECTION_BODY: on_body(c, r); return true;
	case CONNECTION_RSET: c->state = CONNECTION_READY; return r->code < 400 || refused(c, r, "does not take RSET", err);
	default: return refused(c, r, "talks out of turn", err);
	}
}

void dialogue_begin(struct connection *c)
{
	if (c->state == CONNECTION_READY && c->busy && !c->decided)
		say_envelope(c);
}

bool dialogue_go_on(struct connection *c, struct error *err)
{
	if (c->state == CONNECTION_STARTTLS && c->ssl)
		say_ehlo(c);
	while (c->in && c->in->size > 0 && c->state != CONNECTION_HANDSHAKE) {
		void *t = talloc_new(NULL);
		struct reply r;
		enum reply_take took = reply_take(t, c->in, &r);
		bool fine = took == REPLY_TAKEN ? on_reply(c, &r, err) : took == REPLY_INCOMPLETE ||
			error_set(err, ERROR_TEMPORARY, "'%s' does not speak SMTP", c->options->host);
		/* What the message hears of a lost connection is the server's last word. */
		if (!fine && took == REPLY_TAKEN && c->state >= CONNECTION_MAIL)
			dialogue_decide(c, SMTP_DEFERRED, SMTP_STAGE_CONNECTION, &r, NULL);
		talloc_free(t);
		if (!fine)
			return false;
		if (took == REPLY_INCOMPLETE)
			break;
	}
	dialogue_begin(c);
	return true;
}
