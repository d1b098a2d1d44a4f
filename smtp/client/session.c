#include "smtp/client/session.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "smtp/client/oauth.h"
#include "smtp/client/transaction.h"
#include <stdio.h>
#include <string.h>

static void ask_greeting(struct connection *c, enum connection_state state, const char *verb)
{
	char *line = mem_printf(NULL, "%s %s", verb, c->options->helo);
	connection_command(c, state, line);
	talloc_free(line);
}

static void ask_hello(struct connection *c) { ask_greeting(c, CONNECTION_EHLO, c->options->lmtp ? "LHLO" : "EHLO"); }

void session_begin(struct connection *c)
{
	/* RFC 3207 section 4.2: after STARTTLS there is no second greeting, and what EHLO offered in the clear does not count. */
	if (c->tls.ssl && c->options->security != SMTP_TLS)
		ask_hello(c);
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

/* Is it known who reads what is sent? */
static bool is_verified(const struct connection *c)
{
	return c->tls.ssl && smtp_verifies(c->options->security);
}

/* RFC 7628, where it is offered; else what was before it. */
static enum oauth_mechanism token_mechanism(const struct connection *c) { return c->offers.auth_bearer ? OAUTH_BEARER : OAUTH_XOAUTH2; }

/* The file is read each time: the token of an hour ago is worth nothing. */
static bool send_token(struct connection *c, struct error *err)
{
	enum oauth_mechanism mechanism = token_mechanism(c);
	const struct smtp_options *o = c->options;
	size_t size;
	void *scratch = talloc_new(NULL);
	char *token = oauth_token(scratch, o->token_file, err);
	if (token) {
		char *before = mem_printf(scratch, "AUTH %s ", oauth_name(mechanism));
		char *response = oauth_response(scratch, mechanism, o->user, o->host, o->port, token, &size);
		ask_base64(c, CONNECTION_AUTH_TOKEN, before, response, size);
		explicit_bzero(response, size);
		explicit_bzero(token, strlen(token));
	}
	talloc_free(scratch);
	return token != NULL;
}

static bool log_in_by_token(struct connection *c, struct error *err)
{
	if (c->offers.auth_bearer || c->offers.auth_xoauth2)
		return send_token(c, err);
	return error_set(err, ERROR_PERMANENT, "'%s' takes no tokens: it offers neither OAUTHBEARER nor XOAUTH2; set password_file instead", connection_host(c));
}

static bool log_in(struct connection *c, struct error *err)
{
	if (!c->options->user)
		connection_set_state(c, CONNECTION_READY);
	else if (!is_verified(c) && !connection_is_local(c))
		return error_set(err, ERROR_PERMANENT, "the %s is not sent %s to '%s': security must be starttls or tls",
		                 c->options->token_file ? "token" : "password", c->tls.ssl ? "without a verified certificate" : "in the clear", connection_host(c));
	else if (c->options->token_file)
		return log_in_by_token(c, err);
	else if (c->offers.auth_plain && !c->plain_refused)
		send_plain(c, "AUTH PLAIN ");
	else if (c->offers.auth_login)
		connection_command(c, CONNECTION_AUTH_USER, "AUTH LOGIN");
	else
		return error_set(err, ERROR_PERMANENT, "'%s' offers no way to log in that we know, which are PLAIN and LOGIN", connection_host(c));
	return true;
}

static bool refused(struct connection *c, const struct reply *r, const char *what, struct error *err)
{
	return error_set(err, r->code >= 500 ? ERROR_PERMANENT : ERROR_TEMPORARY, "'%s' %s: %s", connection_host(c), what, r->text);
}

/* Is TLS to be asked for now? */
static bool wants_tls(const struct connection *c)
{
	enum smtp_security s = c->options->security;
	return !c->tls.ssl && (s == SMTP_STARTTLS || s == SMTP_ENCRYPTED || (s == SMTP_OPPORTUNISTIC && c->offers.starttls && !c->clear));
}

/* RFC 5321 section 3.2: an old server knows only HELO, which is enough where no extension is needed. */
static bool is_helo_enough(const struct connection *c)
{
	enum smtp_security s = c->options->security;
	return c->state == CONNECTION_EHLO && !c->options->lmtp && !c->options->user && !c->tls.ssl && (s == SMTP_PLAIN || s == SMTP_OPPORTUNISTIC);
}

static bool on_ehlo(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code >= 500 && is_helo_enough(c)) {
		ask_greeting(c, CONNECTION_HELO, "HELO");
		return true;
	}
	if (r->code != 250)
		return refused(c, r, "does not take our greeting", err);
	if (c->state == CONNECTION_EHLO)
		ehlo_read(&c->offers, r);
	if (!wants_tls(c))
		return log_in(c, err);
	if (!c->offers.starttls && c->options->targets)
		return error_set(err, ERROR_PERMANENT, "'%s' does not offer STARTTLS, which the MTA-STS policy of its domain demands", connection_host(c));
	if (!c->offers.starttls)
		return error_set(err, ERROR_PERMANENT, "'%s' does not offer STARTTLS: security must be tls, or plain for a server on this machine", connection_host(c));
	connection_command(c, CONNECTION_STARTTLS, "STARTTLS");
	return true;
}

static bool on_starttls(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code == 220)
		return connection_start_tls(c, err);
	/* It offered what it cannot do; the connection goes on as it was. */
	return c->options->security == SMTP_OPPORTUNISTIC ? log_in(c, err) : refused(c, r, "does not start TLS", err);
}

/* The login is what the owner must look at, and no message or recipient. */
static bool login_refused(struct connection *c, const struct reply *r, struct error *err)
{
	char *what = mem_printf(NULL, *c->complaint ? "does not let us log in as '%s' (%s)" : "does not let us log in as '%s'", c->options->user, c->complaint);
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

/* RFC 7628 section 3.2.2: a challenge says what is wrong, and its refusal comes after our answer to it. */
static bool on_token(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code != 334)
		return login_refused(c, r, err);
	void *scratch = talloc_new(NULL);
	snprintf(c->complaint, sizeof c->complaint, "%s", oauth_complaint(scratch, r->lines[0]));
	talloc_free(scratch);
	connection_command(c, CONNECTION_AUTH, oauth_acknowledgement(token_mechanism(c)));
	return true;
}

static bool on_auth(struct connection *c, const struct reply *r, struct error *err)
{
	if (c->state == CONNECTION_AUTH_CANCEL)
		connection_command(c, CONNECTION_AUTH_USER, "AUTH LOGIN");
	else if (r->code == 235)
		connection_set_state(c, CONNECTION_READY);
	else if (c->state == CONNECTION_AUTH_PLAIN)
		return on_plain(c, r, err);
	else if (c->state == CONNECTION_AUTH_TOKEN)
		return on_token(c, r, err);
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
		ask_hello(c);
		return true;
	case CONNECTION_EHLO: case CONNECTION_HELO: return on_ehlo(c, r, err);
	case CONNECTION_STARTTLS: return on_starttls(c, r, err);
	case CONNECTION_AUTH: case CONNECTION_AUTH_TOKEN: case CONNECTION_AUTH_PLAIN: case CONNECTION_AUTH_CANCEL: case CONNECTION_AUTH_USER: case CONNECTION_AUTH_PASSWORD: return on_auth(c, r, err);
	default: return refused(c, r, "talks out of turn", err);
	}
}
