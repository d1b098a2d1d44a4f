#include "gateway/inbound/command.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/inbound/posting.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/preference.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/ask_limit.h"

static struct consent consent_of(const struct command *c) { return (struct consent){ .remote = "", .wording = c->recipient }; }

/* Takes a letter to the author from what strangers may have written. */
static bool may_write(struct db *db, const struct command *c, struct error *err)
{
	int64_t wait;
	return ask_limit_take(db, c->letter->from, "", &wait, err) && (!wait || error_set(err, ERROR_INVALID, "too many ask for letters"));
}

static bool subscribe(struct db *db, const struct command *c, const char **what, struct error *err)
{
	const struct proof_request request = { .mail = c->letter->from, .next = "/", .consent = consent_of(c) };
	*what = "asked to subscribe";
	return may_write(db, c, err) && ask_put(db, c->p, PROOF_CONFIRM, &request, err);
}

/* A letter with all commands; to a reader, with links and addresses of their own. */
static bool answer(struct db *db, const struct command *c, const char **what, struct error *err)
{
	bool may;
	int64_t address;
	*what = "answered with the commands";
	return mail_answer_take(db, c->letter->from, &may, err) && (may || error_set(err, ERROR_INVALID, "this mailbox had its answers of the day")) &&
	       may_write(db, c, err) && subscriber_contact(db, c->p->id, ADDRESS_MAIL, c->letter->from, &address, err) &&
	       ledger_notice(db, address, "{\"letter\":\"commands\"}", NULL, err);
}

static bool unsubscribe(struct db *db, const struct command *c, const char **what, struct error *err)
{
	int64_t address;
	const struct consent how = consent_of(c);
	*what = "unsubscribed";
	return proof_leave_address(db, c->p, c->to->token, &address, err) && subscriber_leave(db, address, &how, err);
}

static bool confirm(struct db *db, const struct command *c, const char **what, struct error *err)
{
	char *cookie = NULL;
	void *scratch = talloc_new(NULL);
	const struct consent how = consent_of(c);
	*what = "confirmed";
	struct proof *proof = proof_by_mail_token(scratch, db, c->p, c->to->token, err);
	/* The session of a browser is of no use here: nobody learns its secret, and it ends by itself. */
	bool fine = proof && (!proof->used || error_set(err, ERROR_EXISTS, "that was confirmed already")) && proof_use(scratch, db, proof, &how, &cookie, err);
	talloc_free(scratch);
	return fine;
}

static bool set_rhythm(struct db *db, const struct command *c, const char **what, struct error *err)
{
	static const char *const names[] = { [LIST_EACH] = "each", [LIST_DAILY] = "daily", [LIST_WEEKLY] = "weekly", [LIST_MONTHLY] = "monthly" };
	int64_t address;
	void *scratch = talloc_new(NULL);
	struct preferences *with = proof_preferences_address(db, c->p, c->to->token, &address, err) ? preferences_get(scratch, db, c->p, address, err) : NULL;
	*what = "changed how often letters come";
	bool fine = with && rhythm_parse(names[c->to->command], NULL, NULL, &with->rhythm, err);
	if (fine) {
		with->chosen = true;
		fine = preferences_set(db, address, with, clock_now(), err);
	}
	talloc_free(scratch);
	return fine;
}

static bool publish(struct db *db, const struct command *c, const char **what, struct error *err)
{
	*what = "a draft is sent";
	return posting_send(db, c->p, c->to->token, err);
}

bool command_of_programs(const struct list_address *to) { return to->command == LIST_UNSUBSCRIBE && *to->token; }

bool command_run(struct db *db, const struct command *c, const char **what, struct error *err)
{
	bool token = *c->to->token != '\0';
	if (!c->letter->from && !command_of_programs(c->to))
		return error_set(err, ERROR_INVALID, "it has no author who could be answered");
	switch (c->to->command) {
	case LIST_SUBSCRIBE: return subscribe(db, c, what, err);
	case LIST_CONFIRM: return confirm(db, c, what, err);
	case LIST_UNSUBSCRIBE: return token ? unsubscribe(db, c, what, err) : answer(db, c, what, err);
	case LIST_EACH: case LIST_DAILY: case LIST_WEEKLY: case LIST_MONTHLY: return token ? set_rhythm(db, c, what, err) : answer(db, c, what, err);
	case LIST_PUBLISH: return publish(db, c, what, err);
	default: return answer(db, c, what, err);
	}
}
