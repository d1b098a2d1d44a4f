#include "subscribers/proof/move.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/proof/move_finish.h"
#include "subscribers/proof/proof_make.h"
#include "subscribers/proof/session.h"
#include <string.h>

#define REFUSE_LIFE (7 * CLOCK_DAY)

/* A pending address of the same subscriber; one that was asked for before is taken again. */
static struct address *make_new(void *scratch, struct db *db, const struct address *old, const char *mail, struct error *err)
{
	int64_t id, again = 0;
	struct address *had = address_find(scratch, db, old->publication, ADDRESS_MAIL, mail, err);
	if (had && had->state == ADDRESS_PENDING && !db_get_int(db, "SELECT count(*) FROM address_move WHERE address = $1 AND old = $2 AND moved = 0",
	                                                        DB_ARGS(db_int(had->id), db_int(old->id)), &again, err))
		return NULL;
	if (had && !again)
		error_set(err, ERROR_EXISTS, "'%s' is known", mail);
	if (had || err->kind != ERROR_NOT_FOUND)
		return again ? had : NULL;
	bool fine = db_get_int(db, "INSERT INTO address (subscriber, publication, kind, value, folded, state, created, confirmed, ended)"
	                           " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) RETURNING id",
	                       DB_ARGS(db_int(old->subscriber), db_int(old->publication), db_int(ADDRESS_MAIL), db_text(mail),
	                               db_text(address_fold(scratch, ADDRESS_MAIL, mail)), db_int(ADDRESS_PENDING), db_int(clock_now())), &id, err) &&
	            db_run(db, "INSERT INTO address_move (address, old, created, moved) VALUES ($1, $2, $3, 0)",
	                   DB_ARGS(db_int(id), db_int(old->id), db_int(clock_now())), err);
	return fine ? address_get(scratch, db, id, err) : NULL;
}

static bool tell_old(void *scratch, struct db *db, const struct address *old, struct error *err)
{
	return ledger_notice(db, old->id, mem_printf(scratch, "{\"letter\":\"move\",\"old\":%lld}", (long long)old->id), NULL, err);
}

static bool ask(void *scratch, struct db *db, const struct address *old, const struct proof_request *request, struct error *err)
{
	bool may_old, may_new;
	char *mail = mailbox_normalise(scratch, request->mail ? request->mail : "");
	if (!mail)
		return error_set(err, ERROR_INVALID, "That is not a complete mail address.");
	if (old->state != ADDRESS_CONFIRMED || old->kind != ADDRESS_MAIL || strcmp(mailbox_fold(scratch, mail), address_fold(scratch, ADDRESS_MAIL, old->value)) == 0)
		return true;
	if (!proof_may_write(db, mailbox_untagged(scratch, old->value), &may_old, err) || !proof_may_write(db, mailbox_untagged(scratch, mail), &may_new, err))
		return false;
	if (!may_old || !may_new)
		return true;
	struct address *fresh = make_new(scratch, db, old, mail, err);
	if (!fresh)
		return err->kind == ERROR_EXISTS && tell_old(scratch, db, old, err);
	return consent_record(db, fresh->id, CONSENT_ASKED, &request->consent, NULL, err) && proof_make(db, fresh, PROOF_CONFIRM, request, err) &&
	       tell_old(scratch, db, old, err);
}

bool move_ask(struct db *db, const struct publication *p, int64_t from, const struct proof_request *request, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct address *old = address_get(scratch, db, from, err);
	/* Erased meanwhile: nobody is there who could move. */
	bool fine = old && old->publication == p->id ? ask(scratch, db, old, request, err) : !old && err->kind != ERROR_NOT_FOUND ? false : true;
	talloc_free(scratch);
	return fine;
}

static bool back(struct db *db, int64_t address, int64_t old, const struct consent *how, struct error *err)
{
	int64_t consent;
	struct address *a = address_get(NULL, db, old, err);
	bool left = a && a->state == ADDRESS_LEFT;
	bool fine = a && subscriber_leave(db, address, &(struct consent){ how->remote, "the move to it was refused" }, err) && session_end_all(db, a, err) &&
	            (!left || (consent_record(db, old, CONSENT_CONFIRMED, how, &consent, err) && address_confirm(db, old, consent, err) && move_rows(db, old, address, err) &&
	                       db_run(db, "UPDATE address SET digested = (SELECT n.digested FROM address n WHERE n.id = $2) WHERE id = $1", DB_ARGS(db_int(old), db_int(address)), err))) &&
	            db_run(db, "DELETE FROM address_move WHERE address = $1", DB_ARGS(db_int(address)), err);
	talloc_free(a);
	return fine;
}

static bool refuse(struct db *db, int64_t old, const struct consent *how, bool *refused, struct error *err)
{
	int64_t address, moved;
	bool there = true;
	*refused = false;
	while (there) {
		if (!move_read(db, "SELECT address, moved FROM address_move WHERE old = $1 AND (moved = 0 OR moved > $2) ORDER BY address DESC LIMIT 1",
		               DB_ARGS(db_int(old), db_int(clock_now() - REFUSE_LIFE)), &address, &moved, &there, err))
			return false;
		*refused = *refused || there;
		if (there && !(moved ? back(db, address, old, how, err) : db_run(db, "DELETE FROM address WHERE id = $1", DB_ARGS(db_int(address)), err)))
			return false;
	}
	return true;
}

bool move_refuse(struct db *db, int64_t old, const struct consent *how, bool *refused, struct error *err)
{
	return db_begin(db, err) && db_end(db, refuse(db, old, how, refused, err), err);
}

char *move_refuse_token(void *owner, const struct publication *p, int64_t old) { return proof_sign(owner, p, "refuse", old); }

bool move_refuse_address(struct db *db, const struct publication *p, const char *token, int64_t *old, struct error *err)
{
	return proof_signed(db, p, "refuse", token, old, err);
}
