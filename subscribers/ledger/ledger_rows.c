/* The deliveries as the owner sees them: each with its state and reason. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"

struct ledger_rows {
	struct db_rows *rows;
};

struct ledger_rows *ledger_rows(void *owner, struct db *db, const struct ledger_filter *filter)
{
	struct ledger_rows *r = mem_new(owner, struct ledger_rows);
	r->rows = db_query(db, "SELECT d.id, d.issue, i.entry, d.created, d.finished, d.next_try, i.kind, d.state, d.reason, d.kind, d.tries,"
	                       " a.value, e.title, d.words FROM delivery d JOIN issue i ON i.id = d.issue JOIN address a ON a.id = d.address"
	                       " LEFT JOIN entry e ON e.id = i.entry"
	                       " WHERE d.id > $1 AND ($2 = 0 OR i.publication = $2) AND ($3 = 0 OR d.issue = $3) AND ($4 < 0 OR d.state = $4)"
	                       " ORDER BY d.id LIMIT $5",
	                   DB_ARGS(db_int(filter->after), db_int(filter->publication), db_int(filter->issue), db_int(filter->state),
	                           db_int(filter->limit ? filter->limit : 100)));
	return r;
}

bool ledger_next(struct ledger_rows *r, struct ledger_row *row)
{
	if (!db_next(r->rows))
		return false;
	*row = (struct ledger_row){
		.id = db_column_int(r->rows, 0), .issue = db_column_int(r->rows, 1), .entry = db_column_int(r->rows, 2),
		.created = db_column_int(r->rows, 3), .finished = db_column_int(r->rows, 4), .next_try = db_column_int(r->rows, 5),
		.kind = (enum issue_kind)db_column_int(r->rows, 6), .state = (enum delivery_state)db_column_int(r->rows, 7),
		.reason = (enum delivery_reason)db_column_int(r->rows, 8), .address_kind = (enum address_kind)db_column_int(r->rows, 9),
		.tries = (int)db_column_int(r->rows, 10), .value = db_column_text(r->rows, 11), .title = db_column_text(r->rows, 12),
		.words = db_column_text(r->rows, 13),
	};
	return true;
}

bool ledger_finish(struct ledger_rows *r, struct error *err)
{
	bool fine = db_finish(r->rows, err);
	talloc_free(r);
	return fine;
}

static bool no_such_issue(int64_t issue, struct error *err)
{
	return error_set(err, ERROR_NOT_FOUND, "there is no issue %lld: 'pennypost delivery list' shows them", (long long)issue);
}

bool ledger_retry(struct db *db, int64_t issue, int64_t *count, struct error *err)
{
	int64_t now = clock_now(), stopped;
	if (!db_get_int(db, "SELECT stopped FROM issue WHERE id = $1", DB_ARGS(db_int(issue)), &stopped, err))
		return err->kind == ERROR_NOT_FOUND ? no_such_issue(issue, err) : false;
	if (stopped == STOP_CANCELLED)
		return error_set(err, ERROR_INVALID, "issue %lld was cancelled: nothing of it is sent any more", (long long)issue);
	return db_change(db, "UPDATE delivery SET state = $2, next_try = $3, created = $3, finished = 0, reason = 0, tries = 0, first_try = 0"
	                     " WHERE issue = $1 AND state = $4 AND address IN (SELECT id FROM address WHERE state = $5)",
	                 DB_ARGS(db_int(issue), db_int(DELIVERY_WAITING), db_int(now), db_int(DELIVERY_FAILED), db_int(ADDRESS_CONFIRMED)),
	                 count, err);
}

/* Rows of the last minute; since the first when all of them are younger. */
static double rate(int64_t recent, int64_t first, int64_t now)
{
	int64_t since = first > now - CLOCK_MINUTE ? first : now - CLOCK_MINUTE, ms = now - since;
	return recent ? (double)recent * CLOCK_SECOND / (double)(ms > CLOCK_SECOND ? ms : CLOCK_SECOND) : 0;
}

bool ledger_progress(struct db *db, int64_t issue, struct ledger_progress *p, struct error *err)
{
	int64_t now = clock_now(), stopped, planned;
	*p = (struct ledger_progress){ 0 };
	if (!db_get_int(db, "SELECT stopped FROM issue WHERE id = $1", DB_ARGS(db_int(issue)), &stopped, err) ||
	    !db_get_int(db, "SELECT planned FROM issue WHERE id = $1", DB_ARGS(db_int(issue)), &planned, err))
		return err->kind == ERROR_NOT_FOUND ? no_such_issue(issue, err) : false;
	p->stop = stopped == STOP_ENDING ? STOP_NO : (enum stop)stopped;
	p->planned = planned != 0;
	struct db_rows *rows = db_query(db, "SELECT state, count(*), count(CASE WHEN finished > $2 THEN 1 END), min(CASE WHEN finished > 0 THEN finished END),"
	                                    " min(next_try) FROM delivery WHERE issue = $1 GROUP BY state", DB_ARGS(db_int(issue), db_int(now - CLOCK_MINUTE)));
	while (db_next(rows)) {
		enum delivery_state state = (enum delivery_state)db_column_int(rows, 0);
		p->counts[state] = db_column_int(rows, 1);
		if (state == DELIVERY_DELIVERED)
			p->per_second = rate(db_column_int(rows, 2), db_column_int(rows, 3), now);
		else if (state == DELIVERY_DEFERRED)
			p->next_try = db_column_int(rows, 4);
	}
	return db_finish(rows, err);
}

bool ledger_newest(struct db *db, int64_t *issue, struct error *err)
{
	if (db_get_int(db, "SELECT id FROM issue WHERE kind = $1 ORDER BY id DESC LIMIT 1", DB_ARGS(db_int(ISSUE_ENTRY)), issue, err))
		return true;
	return err->kind == ERROR_NOT_FOUND ? error_set(err, ERROR_NOT_FOUND, "nothing was sent yet") : false;
}

const char *delivery_state_name(enum delivery_state state)
{
	static const char *const names[] = { "waiting", "deferred", "delivered", "failed", "suppressed", "quarantined" };
	return names[state];
}

const char *delivery_reason_name(enum delivery_reason reason)
{
	static const char *const names[] = { "", "dead", "full", "policy", "content", "throttled", "network", "gave up", "left", "dropped", "rejected", "cancelled" };
	return names[reason];
}

const char *issue_kind_name(enum issue_kind kind)
{
	static const char *const names[] = { [ISSUE_ENTRY] = "entry", [ISSUE_REVISION] = "revision", [ISSUE_WITHDRAWAL] = "withdrawal",
		[ISSUE_NOTICE] = "notice", [ISSUE_DIGEST] = "digest", [ISSUE_LETTER] = "letter", [ISSUE_SERIES] = "series", [ISSUE_PROFILE] = "profile" };
	return names[kind];
}
