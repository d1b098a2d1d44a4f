#include "smtp/client/transaction.h"
#include "gateway/base/memory/mem.h"
#include "smtp/client/envelope.h"
#include "smtp/client/refusal.h"
#include <stdio.h>
#include <string.h>

enum { PER_CONNECTION = 100 };

void transaction_decide(struct connection *c, enum smtp_verdict verdict, enum smtp_stage stage, const struct reply *r, const char *words)
{
	struct job *job = c->job;
	if (!job || job->decided)
		return;
	job->decided = true;
	job->outcome.verdict = verdict;
	job->outcome.stage = stage;
	job->outcome.code = r ? r->code : 0;
	snprintf(job->outcome.status, sizeof job->outcome.status, "%s", r ? r->status : "");
	snprintf(job->outcome.words, sizeof job->outcome.words, "%s", words ? words : r ? r->text : "");
}

/* Decides the job after a negative reply. */
static void refuse(struct connection *c, enum smtp_stage stage, const struct reply *r)
{
	/* A refused MAIL says nothing about the recipient; only a refused size is final. */
	if (stage == SMTP_STAGE_SENDER && refusal_of_size(r))
		stage = SMTP_STAGE_DATA;
	transaction_decide(c, r->code >= 500 && !refusal_of_us(stage, r) ? SMTP_FAILED : SMTP_DEFERRED, stage, r, NULL);
}

/* This session takes no more, and the job starts again on a new one; false when that was tried before, or r says something else. */
static bool wants_new_session(struct connection *c, enum smtp_stage stage, const struct reply *r)
{
	if (!c->delivered || c->job->decided || c->job->retried || !refusal_of_session(stage, r))
		return false;
	c->job->start_again = true;
	return true;
}

static bool session_over(const struct connection *c, const struct reply *r, struct error *err)
{
	return error_set(err, ERROR_TEMPORARY, "'%s' takes no more in this session: %s", c->options->host, r->text);
}

static bool out_of_turn(struct connection *c, const struct reply *r, struct error *err)
{
	return error_set(err, ERROR_TEMPORARY, "'%s' answers out of turn: %s", c->options->host, r->text);
}

/* Ends the transaction; the connection may be used for another. */
static void end(struct connection *c)
{
	int most = c->options->per_connection > 0 ? c->options->per_connection : PER_CONNECTION;
	c->dirty = c->job->outcome.verdict != SMTP_DELIVERED;
	c->delivered += !c->dirty;
	connection_set_state(c, CONNECTION_READY);
	if (c->messages >= most)
		connection_quit(c);
}

/* With PIPELINING all commands up to DATA are sent at once (RFC 2920 section 3.1). */
static void send_envelope(struct connection *c)
{
	void *t = talloc_new(NULL);
	char *mail = envelope_mail(t, c->job, &c->offers);
	if (c->offers.pipelining) {
		char *all = mem_printf(t, "%s%s\r\n%s\r\nDATA", c->dirty ? "RSET\r\n" : "", mail, envelope_rcpt(t, c->job, &c->offers));
		connection_command(c, c->dirty ? CONNECTION_RSET : CONNECTION_MAIL, all);
	} else if (c->dirty) {
		connection_command(c, CONNECTION_RSET, "RSET");
	} else {
		connection_command(c, CONNECTION_MAIL, mail);
	}
	talloc_free(t);
}

/* Why the server cannot take the message, or NULL. */
static const char *obstacle(const struct connection *c)
{
	if (c->job->utf8 && !c->offers.utf8)
		return "the mail server cannot send to addresses with letters beyond ASCII: it does not offer SMTPUTF8";
	if (c->job->eight_bit && !c->offers.eight_bit)
		return "the mail server takes ASCII only: it does not offer 8BITMIME";
	if (c->offers.size_max && c->job->size > c->offers.size_max)
		return "the message is larger than the mail server takes";
	return NULL;
}

void transaction_begin(struct connection *c)
{
	const char *why = obstacle(c);
	c->messages++;
	if (!why) {
		send_envelope(c);
		return;
	}
	transaction_decide(c, SMTP_FAILED, c->job->utf8 && !c->offers.utf8 ? SMTP_STAGE_RECIPIENT : SMTP_STAGE_DATA, NULL, why);
	connection_set_state(c, CONNECTION_READY);
}

/* RFC 5321 section 4.5.2: a dot at the start of a line gets another. */
static void send_message(struct connection *c)
{
	const char *from = c->job->data, *stop = from + c->job->size;
	connection_set_state(c, CONNECTION_BODY);
	for (const char *line = c->job->dotted ? from : stop; line < stop;) {
		if (*line == '.') {
			buf_add(c->out, from, (size_t)(line - from));
			buf_add(c->out, ".", 1);
			from = line;
		}
		/* smtp_pool_send has checked that every line ends with LF. */
		line = (const char *)memchr(line, '\n', (size_t)(stop - line)) + 1;
	}
	buf_add(c->out, from, (size_t)(stop - from));
	connection_command(c, CONNECTION_BODY, ".");
}

static bool on_rset(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code >= 400 && c->job && wants_new_session(c, SMTP_STAGE_SENDER, r))
		return session_over(c, r, err);
	if (r->code >= 300)
		return out_of_turn(c, r, err);
	c->dirty = false;
	if (c->offers.pipelining)
		connection_set_state(c, CONNECTION_MAIL);
	else
		send_envelope(c);
	return true;
}

/* The reply to MAIL or RCPT; next is the command that follows without PIPELINING. */
static bool on_address(struct connection *c, enum smtp_stage stage, const struct reply *r, const char *next, struct error *err)
{
	if (r->code / 100 == 3)
		return out_of_turn(c, r, err);
	if (r->code >= 400 && wants_new_session(c, stage, r))
		return session_over(c, r, err);
	if (r->code >= 400)
		refuse(c, stage, r);
	enum connection_state state = stage == SMTP_STAGE_SENDER ? CONNECTION_RCPT : CONNECTION_DATA;
	if (c->offers.pipelining)
		connection_set_state(c, state);
	else if (c->job->decided)
		end(c);
	else
		connection_command(c, state, next);
	return true;
}

static bool on_mail(struct connection *c, const struct reply *r, struct error *err)
{
	char *next = envelope_rcpt(NULL, c->job, &c->offers);
	bool fine = on_address(c, SMTP_STAGE_SENDER, r, next, err);
	talloc_free(next);
	return fine;
}

static bool on_data(struct connection *c, const struct reply *r, struct error *err)
{
	if (r->code / 100 == 2)
		return out_of_turn(c, r, err);
	if (r->code >= 400 && wants_new_session(c, SMTP_STAGE_DATA, r))
		return session_over(c, r, err);
	if (r->code >= 400) {
		refuse(c, SMTP_STAGE_DATA, r);
		end(c);
	} else if (c->job->decided) {
		/* RFC 2920 section 3.1: the server accepted DATA without a recipient, so an empty message is sent. */
		connection_command(c, CONNECTION_BODY, ".");
	} else {
		send_message(c);
	}
	return true;
}

static bool on_body(struct connection *c, const struct reply *r, struct error *err)
{
	bool whole = c->out->size == 0;
	if (r->code / 100 == 3 || (r->code < 300 && !whole))
		return out_of_turn(c, r, err);
	if (r->code >= 400)
		refuse(c, SMTP_STAGE_DATA, r);
	else
		transaction_decide(c, SMTP_DELIVERED, SMTP_STAGE_DATA, r, NULL);
	/* The message was refused before its end: the server would read the rest as commands. */
	if (!whole)
		return out_of_turn(c, r, err);
	end(c);
	return true;
}

bool transaction_reply(struct connection *c, const struct reply *r, struct error *err)
{
	if (c->state == CONNECTION_RSET)
		return on_rset(c, r, err);
	if (!c->job || c->state == CONNECTION_READY)
		return out_of_turn(c, r, err);
	c->job->answered = true;
	switch (c->state) {
	case CONNECTION_MAIL: return on_mail(c, r, err);
	case CONNECTION_RCPT: return on_address(c, SMTP_STAGE_RECIPIENT, r, "DATA", err);
	case CONNECTION_DATA: return on_data(c, r, err);
	default: return on_body(c, r, err);
	}
}
