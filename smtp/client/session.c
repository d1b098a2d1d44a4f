#include "smtp/client/session.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "smtp/client/transaction.h"
#include <string.h>

static void ask_greeting(struct connection *c, enum connection_state state, const char *verb)
{
	char *line = mem_printf(NULL, "%s %s", verb, c->options->helo);
	connection_command(c, state, line);
	talloc_free(line);
}

void session_begin(struct connection *c)
{
	/* RFC 3207 section 4.2: after STARTTLS there is no second greeting, and what EHLO offered in the clear does not count. */
	if (c->tls.ssl && c->options->security == SMTP_STARTTLS)
		ask_greeting(c, CONNECTION_EHLO, "EHLO");
	else
		connection_set_state(c, CONNECTION_GREETING);
}

static const char *password(const struct connection *c) { return c->options->password ? c->options->password : ""; }

static void ask_base64(struct connection *c, enum connection_state state, const char *before, const char *data, size_t size)
{
	char *text = encode_base64(NULL, data, size), *line = mem_printf(text, "%s%s", before, text);
	connection_command(c, state, line);
	talloc_free(text);
}

/* RFC 4616: NUL, user, NUL, password. */
static void send_plain(struct connection *c, const char *before)
{
	size_t user = strlen(c->options->user), secret = strlen(password(c));
	char *both = mem_array(NULL, char, user + secret + 2);
	memcpy(both + 1, c->options->user, user);
	memcpy(both + 2 + user, password(c), secret);
	ask_base64(c, CONNECTION_AUTH_PLAIN, before, both, user + secret + 2);
	talloc_free(both);
}

static bool log_in(struct connection *c, struct error *err)
{
	if (!c->options->user)
		connection_set_state(c, CONNECTION_READY);
	else if (!c->tls.ssl && !connection_is_local(c))
		return error_set(err, ERROR_PERMANENT, "the password is not sent in the clear to '%s': security must be starttls or tls", c->options->host);
	else if (c->offers.auth_plain && !c->plain_refused)
		send_plain(c, "AUTH PLAIN ");
	else if (c->offers.auth_login)
		connection_command(c, CONNECTION_AUTH_USER, "AUTH LOGIN");
	else
		return error_set(err, ERROR_PERMANENT, "'%s' offers no way to log in that we know, which are PLAIN and LOGIN", c->options->host);
	return true;
}

static bool refused(struct connection *c, const struct reply *r, const char *what, struct error *err)
{
	return error_set(err, r->code >= 500 ? ERROR_PERMANENT : ERROR_TEMPORARY, "'%s' %s: %s", c->options->host, what, r->text);
}

static bool on_ehlo(struct connection *c, const struct reply *r, struct error *err)
{
	bool starttls = c->options->security == SMTP_STARTTLS && !c->tls.ssl;
	/* RFC 5321 section 3.2: an old server knows only HELO, which is enough where no extension is needed. */
	if (c->state == CONNECTION_EHLO && r->code >= 500 && c->options->security == SMTP_PLAIN && !c->options->user) {
		ask_greeting(c, CONNECTION_HELO, "HELO");
		return true;
	}
	if (r->code != 250)
		return refused(c, r, "does not take our greeting", err);
	if (c->state == CONNECTION_EHLO)
		ehlo_read(&c->offers, r);
	if (!starttls)
		return log_in(c, err);
	if (!c->offers.starttls)
		return error_set(err, ERROR_PERMANENT, "'%s' does not offer STARTTLS: security must be tls, or plain for a server on this machine", c->options->host);
	connection_command(c, CONNECTION_STARTTLS, "STARTTLS");
	return true;
}

/* The login is what the owner must look at, and no message or recipient. */
static bool login_refused(struct connection *c, const struct reply *r, struct error *err)
{
	char *what = mem_printf(NULL, "does not let us log in as '%s'", c->options->user);
	refused(c, r, what, err);
	transaction_decide(c, SMTP_DEFERRED, SMTP_STAGE_CONNECTION, r, err->text);
	talloc_free(what);
	return false;
}

/* A refusal, or a challenge where there is none: RFC 4616 has one message, which was sent already. */
static bool on_plain(struct connection *c, const struct reply *r, struct error *err)
{
	bool challenged = r->code == 334;
	if (c->offers.auth_login && (challenged || r->code >= 500)) {
		c->plain_refused = true;
		if (challenged) /* RFC 4954 section 4: this ends the exchange, and the reply to it does not matter. */
			connection_command(c, CONNECTION_AUTH_CANCEL, "*");
		else
			connection_command(c, CONNECTION_AUTH_USER, "AUTH LOGIN");
		return true;
	}
	if (challenged && !c->plain_refused) {
		c->plain_refused = true;
		send_plain(c, "");
		return true;
	}
	return login_refused(c, r, err);
}

static bool on_auth(struct connection *c, const struct reply *r, struct error *err)
{
	if (c->state == CONNECTION_AUTH_CANCEL)
		connection_command(c, CONNECTION_AUTH_USER, "AUTH LOGIN");
	else if (r->code == 235)
		connection_set_state(c, CONNECTION_READY);
	else if (c->state == CONNECTION_AUTH_PLAIN)
		return on_plain(c, r, err);
	else if (r->code == 334 && c->state == CONNECTION_AUTH_USER)
		ask_base64(c, CONNECTION_AUTH_PASSWORD, "", c->options->user, strlen(c->options->user));
	else if (r->code == 334 && c->state == CONNECTION_AUTH_PASSWORD)
		ask_base64(c, CONNECTION_AUTH, "", password(c), strlen(password(c)));
	else
		return login_refused(c, r, err);
	return true;
}

bool session_reply(struct connection *c, const struct reply *r, struct error *err)
{
	switch (c->state) {
	case CONNECTION_GREETING:
		if (r->code != 220)
			return refused(c, r, "does not want us", err);
		ask_greeting(c, CONNECTION_EHLO, "EHLO");
		return true;
	case CONNECTION_EHLO: case CONNECTION_HELO: return on_ehlo(c, r, err);
	case CONNECTION_STARTTLS: return r->code == 220 ? connection_start_tls(c, err) : refused(c, r, "does not start TLS", err);
	case CONNECTION_AUTH: case CONNECTION_AUTH_PLAIN: case CONNECTION_AUTH_CANCEL: case CONNECTION_AUTH_USER: case CONNECTION_AUTH_PASSWORD: return on_auth(c, r, err);
	default: return refused(c, r, "talks out of turn", err);
	}
}
