#include "subscribers/proof/proof.h"
#include "gateway/archive/store/archive_letter.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/proof/move_finish.h"
#include "subscribers/proof/proof_make.h"
#include "subscribers/people/consent.h"
#include "subscribers/proof/session.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_LIFE (3 * CLOCK_DAY)
#define SIGN_IN_LIFE CLOCK_HOUR
#define CODE_LIFE CLOCK_HOUR
/* Limits against list bombing, per mailbox, whichever publication is asked; ask_limit.h has those for whole domains and networks. */
enum { CODE_TRIES = 5, PER_MAILBOX_A_DAY = 8, PER_MAILBOX_A_MINUTE = 3 };

#define COLUMNS \
	"proof.id, purpose, nonce, next, expires, code_expires, used, address, proof.remote," \
	" (SELECT count(*) FROM address_move m WHERE m.address = proof.address AND m.moved = 0)"

static char *payload_of(void *owner, int64_t id, const char *nonce) { return mem_printf(owner, "%lld-%s", (long long)id, nonce); }

static struct proof *from_row(void *owner, const struct publication *p, struct db_rows *rows, int64_t *address)
{
	struct proof *proof = mem_new(owner, struct proof);
	proof->id = db_column_int(rows, 0);
	proof->purpose = (enum proof_purpose)db_column_int(rows, 1);
	char *payload = payload_of(proof, proof->id, db_column_text(rows, 2));
	proof->token = token_sign(proof, p->secret, "proof", payload);
	proof->code = token_code(proof, p->secret, "code", payload);
	proof->next = db_column_dup(proof, rows, 3);
	proof->expires = db_column_int(rows, 4);
	proof->code_expires = db_column_int(rows, 5);
	proof->used = db_column_int(rows, 6);
	*address = db_column_int(rows, 7);
	proof->remote = db_column_dup(proof, rows, 8);
	proof->moves = db_column_int(rows, 9) > 0;
	return proof;
}

static struct proof *one(void *owner, struct db *db, const struct publication *p, const char *sql, const struct db_value *args,
                         struct error *err)
{
	int64_t address = 0;
	struct db_rows *rows = db_query(db, sql, args);
	struct proof *proof = db_finish_one(rows, db_next(rows) ? from_row(owner, p, rows, &address) : NULL, "that link is not one of ours", err);
	if (!proof)
		return NULL;
	proof->address = address_get(proof, db, address, err);
	if (!proof->address || proof->address->publication != p->id) {
		talloc_free(proof);
		error_set(err, ERROR_NOT_FOUND, "that link is not one of ours");
		return NULL;
	}
	return proof;
}

/* Is s a path such as "/2026/brass", which no browser reads as another site? */
static bool local_path(const char *s)
{
	if (!s || s[0] != '/' || s[1] == '/' || s[1] == '\\' || strlen(s) > 500)
		return false;
	for (; *s; s++)
		if (iscntrl((unsigned char)*s) || *s == '\\')
			return false;
	return true;
}

/* Over the limit no letter is sent; the response is the same, because it must not tell whether an address is known. */
bool proof_may_write(struct db *db, const char *mailbox, bool *may, struct error *err)
{
	int64_t day, minute, now = clock_now();
	if (!db_get_int(db, "SELECT count(*) FROM proof WHERE mailbox = $1 AND created > $2",
	                DB_ARGS(db_text(mailbox), db_int(now - CLOCK_DAY)), &day, err) ||
	    !db_get_int(db, "SELECT count(*) FROM proof WHERE mailbox = $1 AND created > $2",
	                DB_ARGS(db_text(mailbox), db_int(now - CLOCK_MINUTE)), &minute, err))
		return false;
	*may = day < PER_MAILBOX_A_DAY && minute < PER_MAILBOX_A_MINUTE;
	return true;
}

bool proof_make(struct db *db, const struct address *address, enum proof_purpose purpose, const struct proof_request *request, struct error *err)
{
	const char *remote = request->consent.remote ? request->consent.remote : "";
	void *scratch = talloc_new(NULL);
	int64_t id, now = clock_now();
	bool fine = db_get_int(db, "INSERT INTO proof (address, purpose, nonce, next, remote, created, expires, code_expires, mailbox, tries, used)"
	                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0) RETURNING id",
	                       DB_ARGS(db_int(address->id), db_int(purpose), db_text(token_random(scratch, 16)),
	                               db_text(local_path(request->next) ? request->next : "/"), db_text(remote), db_int(now),
	                               db_int(now + (purpose == PROOF_CONFIRM ? CONFIRM_LIFE : SIGN_IN_LIFE)), db_int(now + CODE_LIFE),
	                               db_text(mailbox_untagged(scratch, address->value))),
	                       &id, err) &&
	            ledger_notice(db, address->id, mem_printf(scratch, "{\"letter\":\"%s\",\"proof\":%lld}",
	                                                      purpose == PROOF_CONFIRM ? "confirm" : "sign-in", (long long)id), NULL, err);
	talloc_free(scratch);
	return fine;
}

static bool ask_subscription(struct db *db, const struct publication *p, const struct proof_request *request, const char *mail,
                             void *scratch, struct error *err)
{
	struct address *a = address_find(scratch, db, p->id, ADDRESS_MAIL, mail, err);
	int64_t id;
	if (!a && (err->kind != ERROR_NOT_FOUND || !address_make(db, p->id, ADDRESS_MAIL, mail, &id, err) ||
	           !(a = address_get(scratch, db, id, err))))
		return false;
	bool may;
	if (!proof_may_write(db, mailbox_untagged(scratch, mail), &may, err))
		return false;
	if (!may || a->state == ADDRESS_SUPPRESSED)
		return true;
	return consent_record(db, a->id, CONSENT_ASKED, &request->consent, NULL, err) &&
	       proof_make(db, a, a->state == ADDRESS_CONFIRMED ? PROOF_SIGN_IN : PROOF_CONFIRM, request, err);
}

static bool ask_sign_in(struct db *db, const struct publication *p, const struct proof_request *request, const char *mail,
                        void *scratch, struct error *err)
{
	struct address *a = address_find(scratch, db, p->id, ADDRESS_MAIL, mail, err);
	if (!a)
		return err->kind == ERROR_NOT_FOUND;
	bool may;
	if (!proof_may_write(db, mailbox_untagged(scratch, mail), &may, err))
		return false;
	return !may || a->state != ADDRESS_CONFIRMED || proof_make(db, a, PROOF_SIGN_IN, request, err);
}

typedef bool asking(struct db *, const struct publication *, const struct proof_request *, const char *, void *, struct error *);

static bool ask(asking *how, struct db *db, const struct publication *p, const struct proof_request *request, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *mail = mailbox_normalise(scratch, request->mail ? request->mail : "");
	bool fine = mail ? db_begin(db, err) : error_set(err, ERROR_INVALID, "That is not a complete mail address.");
	fine = fine && db_end(db, how(db, p, request, mail, scratch, err), err);
	talloc_free(scratch);
	return fine;
}

bool proof_ask_subscription(struct db *db, const struct publication *p, const struct proof_request *request, struct error *err)
{
	return ask(ask_subscription, db, p, request, err);
}

bool proof_ask_sign_in(struct db *db, const struct publication *p, const struct proof_request *request, struct error *err)
{
	return ask(ask_sign_in, db, p, request, err);
}

struct proof *proof_get(void *owner, struct db *db, const struct publication *p, int64_t id, struct error *err)
{
	return one(owner, db, p, "SELECT " COLUMNS " FROM proof WHERE id = $1", DB_ARGS(db_int(id)), err);
}

struct proof *proof_by_token(void *owner, struct db *db, const struct publication *p, const char *token,
                             struct address **expired, struct error *err)
{
	char *payload = token_verify(NULL, p->secret, "proof", token);
	int64_t id = payload ? strtoll(payload, NULL, 10) : 0;
	talloc_free(payload);
	struct proof *proof = proof_get(owner, db, p, id, err);
	if (!proof || (token_equal(proof->token, token) && proof->expires > clock_now()))
		return proof;
	bool stale = token_equal(proof->token, token);
	error_set(err, stale ? ERROR_INVALID : ERROR_NOT_FOUND, stale ? "that link is too old" : "that link is not one of ours");
	if (stale && expired)
		*expired = talloc_steal(owner, proof->address);
	talloc_free(proof);
	return NULL;
}

struct proof *proof_by_code(void *owner, struct db *db, const struct publication *p, const char *mail, const char *code,
                            struct error *err)
{
	char *folded = address_fold(NULL, ADDRESS_MAIL, mail), *digits = text_digits(NULL, code);
	struct proof *proof = folded && digits ? one(owner, db, p,
		"SELECT " COLUMNS " FROM proof WHERE used = 0 AND code_expires > $1 AND tries < $2 AND address ="
		" (SELECT id FROM address WHERE publication = $3 AND kind = $4 AND folded = $5 AND merged = 0) ORDER BY created DESC, proof.id DESC LIMIT 1",
		DB_ARGS(db_int(clock_now()), db_int(CODE_TRIES), db_int(p->id), db_int(ADDRESS_MAIL), db_text(folded)), err) : NULL;
	bool fits = proof && token_equal(proof->code, digits);
	talloc_free(folded);
	talloc_free(digits);
	if (fits) {
		proof->by_code = true;
		return proof;
	}
	/* Counted before the comparison, so that parallel guesses are all counted. */
	if (proof && !db_run(db, "UPDATE proof SET tries = tries + 1 WHERE id = $1", DB_ARGS(db_int(proof->id)), err)) {
		talloc_free(proof);
		return NULL;
	}
	talloc_free(proof);
	error_set(err, ERROR_NOT_FOUND, "That code does not fit, or it is too old.");
	return NULL;
}

static bool use(void *owner, struct db *db, const struct proof *proof, const struct consent *how, char **cookie, struct error *err)
{
	int64_t changed;
	/* Anybody can send wrong codes, so they invalidate only the code, not the link. */
	if (!db_change(db, "UPDATE proof SET used = $2 WHERE id = $1 AND used = 0 AND ($4 = 0 OR tries < $3)",
	               DB_ARGS(db_int(proof->id), db_int(clock_now()), db_int(CODE_TRIES), db_int(proof->by_code)), &changed, err))
		return false;
	if (!changed)
		return error_set(err, ERROR_EXISTS, "that link was used already");
	int64_t consent;
	if (!consent_record(db, proof->address->id, proof->purpose == PROOF_CONFIRM ? CONSENT_CONFIRMED : CONSENT_SIGNED_IN, how, &consent, err))
		return false;
	bool confirms = proof->purpose == PROOF_CONFIRM && proof->address->state != ADDRESS_SUPPRESSED;
	bool moved = false;
	/* Who only moves was welcomed before. */
	return (!confirms || (address_confirm(db, proof->address->id, consent, err) && move_finish(db, proof->address->id, how, &moved, err) &&
	                      (moved || archive_letter_welcome(db, proof->address->publication, proof->address->id, err)))) &&
	       session_open(owner, db, proof->address->subscriber, cookie, err);
}

bool proof_use(void *owner, struct db *db, const struct proof *proof, const struct consent *how, char **cookie, struct error *err)
{
	if (!db_begin(db, err))
		return false;
	return db_end(db, use(owner, db, proof, how, cookie, err), err);
}

/* A stateless token for an id. */
char *proof_sign(void *owner, const struct publication *p, const char *purpose, int64_t id)
{
	char *payload = mem_printf(NULL, "%lld", (long long)id);
	char *token = token_sign(owner, p->secret, purpose, payload);
	talloc_free(payload);
	return token;
}

char *proof_mail_token(void *owner, const struct publication *p, int64_t id) { return proof_sign(owner, p, "confirm-by-mail", id); }

struct proof *proof_by_mail_token(void *owner, struct db *db, const struct publication *p, const char *token, struct error *err)
{
	char *payload = token_verify(NULL, p->secret, "confirm-by-mail", token);
	struct proof *proof = proof_get(owner, db, p, payload ? strtoll(payload, NULL, 10) : 0, err);
	talloc_free(payload);
	if (!proof || proof->expires > clock_now())
		return proof;
	talloc_free(proof);
	error_set(err, ERROR_NOT_FOUND, "that address is too old");
	return NULL;
}

bool proof_signed(struct db *db, const struct publication *p, const char *purpose, const char *token, int64_t *address, struct error *err)
{
	char *payload = token_verify(NULL, p->secret, purpose, token);
	int64_t id = payload ? strtoll(payload, NULL, 10) : 0;
	talloc_free(payload);
	struct address *a = address_get(NULL, db, id, err);
	bool ours = a && a->publication == p->id, unknown = a || err->kind == ERROR_NOT_FOUND;
	*address = ours ? a->id : 0;
	talloc_free(a);
	return ours || (unknown && error_set(err, ERROR_NOT_FOUND, "that link is not one of ours"));
}

char *proof_leave_token(void *owner, const struct publication *p, int64_t address) { return proof_sign(owner, p, "leave", address); }

bool proof_leave_nobody(const struct publication *p, const char *token)
{
	char *payload = token_verify(NULL, p->secret, "leave", token);
	bool nobody = payload && strcmp(payload, "0") == 0;
	talloc_free(payload);
	return nobody;
}

bool proof_leave_address(struct db *db, const struct publication *p, const char *token, int64_t *address, struct error *err)
{
	return proof_signed(db, p, "leave", token, address, err);
}

char *proof_preferences_token(void *owner, const struct publication *p, int64_t address) { return proof_sign(owner, p, "preferences", address); }

bool proof_preferences_address(struct db *db, const struct publication *p, const char *token, int64_t *address, struct error *err)
{
	return proof_signed(db, p, "preferences", token, address, err);
}

char *proof_return_token(void *owner, const struct publication *p, int64_t delivery) { return proof_sign(owner, p, "return", delivery); }
