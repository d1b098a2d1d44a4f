#include "subscribers/proof/ask.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/proof/move.h"
#include <string.h>

/* What a browser sends may be as long as it likes; a longer way back is none. */
enum { NEXT_MAX = 500 };

bool ask_put(struct db *db, const struct publication *p, enum proof_purpose purpose, const struct proof_request *request, struct error *err)
{
	char *mail = mailbox_normalise(NULL, request->mail ? request->mail : "");
	if (!mail)
		return error_set(err, ERROR_INVALID, "That is not a complete mail address.");
	const char *next = request->next && strlen(request->next) <= NEXT_MAX ? request->next : "/", *remote = request->consent.remote;
	bool fine = db_run(db, "INSERT INTO ask (publication, purpose, mail, next, remote, wording, created, closed, address) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
	                   DB_ARGS(db_int(p->id), db_int(purpose), db_text(mail), db_text(next), db_text(remote ? remote : ""), db_text(request->consent.wording),
	                           db_int(clock_now()), db_int(request->from)), err);
	talloc_free(mail);
	return fine;
}

struct asked {
	int64_t id, publication;
	enum proof_purpose purpose;
	struct proof_request request;
};

static struct asked *oldest(void *owner, struct db *db, struct error *err)
{
	struct asked *a = mem_new(owner, struct asked);
	char *sql = db_skip_locked(a, db, "SELECT id, publication, purpose, mail, next, remote, wording, address FROM ask WHERE closed = 0 ORDER BY id LIMIT 1", "ask");
	struct db_rows *rows = db_query(db, sql, DB_NONE);
	if (db_next(rows))
		*a = (struct asked){ db_column_int(rows, 0), db_column_int(rows, 1), (enum proof_purpose)db_column_int(rows, 2),
		                     { db_column_dup(a, rows, 3), db_column_dup(a, rows, 4), { db_column_dup(a, rows, 5), db_column_dup(a, rows, 6) }, db_column_int(rows, 7) } };
	return db_finish(rows, err) ? a : NULL;
}

static bool answer_as(struct db *db, const struct publication *p, const struct asked *a, struct error *err)
{
	switch (a->purpose) {
	case PROOF_CONFIRM: return proof_ask_subscription(db, p, &a->request, err);
	case PROOF_SIGN_IN: return proof_ask_sign_in(db, p, &a->request, err);
	case PROOF_MOVE: return move_ask(db, p, a->request.from, &a->request, err);
	}
	return true;
}

static bool answer(struct db *db, const struct asked *a, struct error *err)
{
	struct publication *p = publication_by_id(NULL, db, a->publication, err);
	bool fine = p && answer_as(db, p, a, err) &&
	            db_run(db, "DELETE FROM ask WHERE id = $1", DB_ARGS(db_int(a->id)), err);
	talloc_free(p);
	return fine;
}

bool ask_answer(struct db *db, int64_t *id, int64_t *publication, struct error *err)
{
	struct asked *a = oldest(NULL, db, err);
	*id = a ? a->id : 0;
	*publication = a ? a->publication : 0;
	bool fine = a && (!a->id || answer(db, a, err));
	talloc_free(a);
	return fine;
}

static bool close_ask(struct db *db, int64_t id, struct error *err) { return db_run(db, "UPDATE ask SET closed = 1 WHERE id = $1", DB_ARGS(db_int(id)), err); }
static bool retry_ask(struct db *db, int64_t id, struct error *err) { return db_run(db, "UPDATE ask SET closed = 0 WHERE id = $1", DB_ARGS(db_int(id)), err); }
static bool drop_ask(struct db *db, int64_t id, struct error *err) { return db_run(db, "DELETE FROM ask WHERE id = $1", DB_ARGS(db_int(id)), err); }

const struct quarantine_kind ask_queue = { .name = "request", .role = "plan", .close = close_ask, .retry = retry_ask, .drop = drop_ask };
