#include "gateway/archive/reply/reply_moderation.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"

struct decision {
	struct db *db;
	int64_t id;
	enum reply_decision decision;
	bool *changed;
};

static bool may_be_shown(const struct reply *r, struct error *err)
{
	if (r->kind != REPLY_REPLY || !r->entry)
		return error_set(err, ERROR_INVALID, "reply %lld is about no post, so there is no page to show it on", (long long)r->id);
	return r->open || r->address || error_set(err, ERROR_INVALID, "reply %lld was not written for everybody", (long long)r->id);
}

/* The state is asked for once more where it is changed, so that of two who decide at once one changes it. */
static bool to_state(const struct decision *d, const struct reply *r, enum reply_state from, enum reply_state to, struct error *err)
{
	int64_t n = 0;
	const char *sql = to == REPLY_GONE ? "UPDATE reply SET " REPLY_EMPTY("$2") " WHERE id = $1 AND state = $3" : "UPDATE reply SET state = $2 WHERE id = $1 AND state = $3";
	bool fine = db_change(d->db, sql, DB_ARGS(db_int(r->id), db_int(to), db_int(from)), &n, err);
	*d->changed = n > 0;
	bool pages = n && (from == REPLY_APPROVED || to == REPLY_APPROVED);
	return fine && (!pages || tally_add(d->db, r->publication, TALLY_ARCHIVE, "", 1, err));
}

static bool decide(void *context, struct error *err)
{
	const struct decision *d = context;
	struct reply *r = reply_get(NULL, d->db, d->id, err);
	bool fine = r != NULL;
	*d->changed = false;
	if (r && r->state == REPLY_GONE)
		fine = d->decision == REPLY_REFUSE || error_set(err, ERROR_NOT_FOUND, "reply %lld is gone", (long long)r->id);
	else if (r && d->decision == REPLY_REFUSE)
		fine = to_state(d, r, r->state, REPLY_GONE, err);
	else if (r && d->decision == REPLY_HIDE)
		fine = to_state(d, r, REPLY_APPROVED, REPLY_NEW, err);
	else if (r)
		fine = may_be_shown(r, err) && to_state(d, r, REPLY_NEW, REPLY_APPROVED, err);
	talloc_free(r);
	return fine;
}

bool reply_decide(struct db *db, int64_t id, enum reply_decision decision, bool *changed, struct error *err)
{
	return db_transact(db, decide, &(struct decision){ db, id, decision, changed }, err);
}

bool reply_part_from(struct db *db, int64_t publication, int64_t subscriber, struct error *err)
{
	int64_t n = 0;
	return db_change(db, "UPDATE reply SET state = $2 WHERE state = $3 AND address IN (SELECT id FROM address WHERE subscriber = $1)",
	                 DB_ARGS(db_int(subscriber), db_int(REPLY_NEW), db_int(REPLY_APPROVED)), &n, err) &&
	       (!n || tally_add(db, publication, TALLY_ARCHIVE, "", 1, err));
}
