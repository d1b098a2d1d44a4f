#include "subscribers/ledger/stop.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include <stdlib.h>
#include <string.h>

enum { STEP = 1000 };

/* Only rows that nobody holds, or that the caller does. */
#define MINE " WHERE id = $1 AND next_try IS NOT NULL AND (holder IS NULL OR holder = $3)"
static const char park[] =
	"UPDATE delivery SET priority = priority + 2, next_try = CASE WHEN holder IS NULL THEN next_try ELSE $2 END, holder = NULL" MINE " AND priority < 2";
static const char end[] =
	"UPDATE delivery SET state = $4, next_try = NULL, holder = NULL, crashes = 0, finished = $2, reason = $5" MINE;
_Static_assert(STOP_PARKED == 2, "the SQL has this number");

/* What the state of their issue means for rows. */
static bool apply(struct db *db, enum stop stop, const int64_t *rows, size_t count, const char *holder, struct error *err)
{
	enum { STRIDE = 6 };
	if (stop != STOP_PAUSED && stop != STOP_CANCELLED)
		return true;
	int64_t now = clock_now();
	struct db_value *sets = mem_array(NULL, struct db_value, STRIDE * count);
	for (size_t i = 0; i < count; i++) {
		const struct db_value set[STRIDE] = { db_int(rows[i]), db_int(now), db_text(holder), db_int(DELIVERY_SUPPRESSED), db_int(DELIVERY_CANCELLED) };
		memcpy(&sets[STRIDE * i], set, sizeof set);
		if (stop == STOP_PAUSED)
			sets[STRIDE * i + 3] = (struct db_value){ .type = DB_END };
	}
	bool fine = db_run_each(db, stop == STOP_PAUSED ? park : end, sets, STRIDE, count, err);
	talloc_free(sets);
	return fine;
}

/* Until the end of the transaction nobody changes what is said of the issue; *stop is what holds. */
static bool lock_issue(struct db *db, int64_t issue, enum stop *stop, struct error *err)
{
	int64_t stopped = STOP_NO;
	bool fine = db_get_int(db, "UPDATE issue SET stopped = stopped WHERE id = $1 RETURNING stopped", DB_ARGS(db_int(issue)), &stopped, err) ||
	            err->kind == ERROR_NOT_FOUND;
	*stop = (enum stop)stopped;
	return fine;
}

static int by_issue(const void *a, const void *b)
{
	int64_t one = ((const struct stop_row *)a)->issue, other = ((const struct stop_row *)b)->issue;
	return (one > other) - (one < other);
}

bool stop_turn_away(struct db *db, const struct stop_row *rows, size_t count, const char *holder, struct error *err)
{
	enum stop stop;
	bool fine = true;
	if (count == 0)
		return true;
	int64_t *ids = mem_array(NULL, int64_t, count);
	struct stop_row *sorted = mem_check(talloc_memdup(ids, rows, count * sizeof *rows));
	/* In one order, as two that lock several issues would else wait for each other. */
	qsort(sorted, count, sizeof *sorted, by_issue);
	for (size_t from = 0, to; fine && from < count; from = to) {
		for (to = from; to < count && sorted[to].issue == sorted[from].issue; to++)
			ids[to - from] = sorted[to].delivery;
		fine = lock_issue(db, sorted[from].issue, &stop, err) && apply(db, stop, ids, to - from, holder, err);
	}
	talloc_free(ids);
	return fine;
}

bool stop_among(void *owner, struct db *db, int64_t first, int64_t last, int64_t **issues, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT id FROM issue WHERE stopped <> 0 AND stopped <> $3 AND id >= $1 AND id <= $2",
	                                DB_ARGS(db_int(first), db_int(last), db_int(STOP_ENDING)));
	*issues = NULL;
	while (db_next(rows))
		*mem_push(owner, *issues, count) = db_column_int(rows, 0);
	mem_fit(owner, *issues, count);
	return db_finish(rows, err);
}

/* What a change of an issue needs to know of it; ERROR_NOT_FOUND, ERROR_INVALID when it cannot be. */
static bool check(struct db *db, int64_t issue, bool cancels, int64_t *open, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT stopped, kind FROM issue WHERE id = $1", DB_ARGS(db_int(issue)));
	bool known = db_next(rows);
	enum stop stop = known ? (enum stop)db_column_int(rows, 0) : STOP_NO;
	enum issue_kind kind = known ? (enum issue_kind)db_column_int(rows, 1) : ISSUE_ENTRY;
	if (!db_finish(rows, err))
		return false;
	if (!known)
		return error_set(err, ERROR_NOT_FOUND, "there is no issue %lld: 'pennypost delivery list' shows them", (long long)issue);
	if (stop == STOP_CANCELLED && !cancels)
		return error_set(err, ERROR_INVALID, "issue %lld was cancelled: what was not sent of it stays unsent", (long long)issue);
	if (cancels && kind == ISSUE_WITHDRAWAL)
		return error_set(err, ERROR_INVALID, "issue %lld takes back a post: it must reach everybody who has the post", (long long)issue);
	return db_get_int(db, "SELECT count(*) FROM delivery WHERE issue = $1 AND next_try IS NOT NULL", DB_ARGS(db_int(issue)), open, err);
}

bool stop_pause(struct db *db, int64_t issue, int64_t *open, struct error *err)
{
	/* Paused again before all went on, it counts from the first time. */
	return check(db, issue, false, open, err) &&
	       db_run(db, "UPDATE issue SET stopped_since = CASE WHEN stopped = $4 THEN stopped_since ELSE $3 END, stopped = $2, swept = 0"
	                  " WHERE id = $1 AND stopped IN (0, $4)",
	              DB_ARGS(db_int(issue), db_int(STOP_PAUSED), db_int(clock_now()), db_int(STOP_ENDING)), err);
}

bool stop_resume(struct db *db, int64_t issue, int64_t *open, struct error *err)
{
	return check(db, issue, false, open, err) &&
	       db_run(db, "UPDATE issue SET stopped = $2, swept = 0 WHERE id = $1 AND stopped = $3",
	              DB_ARGS(db_int(issue), db_int(STOP_ENDING), db_int(STOP_PAUSED)), err);
}

bool stop_cancel(struct db *db, int64_t issue, int64_t *open, struct error *err)
{
	/* No more rows are planned. */
	return check(db, issue, true, open, err) &&
	       db_run(db, "UPDATE issue SET stopped = $2, swept = 0, planned = CASE WHEN planned = 0 THEN $3 ELSE planned END WHERE id = $1 AND stopped <> $2",
	              DB_ARGS(db_int(issue), db_int(STOP_CANCELLED), db_int(clock_now())), err);
}

/* An issue that is swept, and the addresses whose rows are next. */
struct sweep {
	int64_t issue, after, last, since;
	enum stop stop;
};

/* Rows that another process is about to claim are left to it: it turns them away. */
static bool sweep_open(struct db *db, const struct sweep *s, struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	void *scratch = talloc_new(NULL);
	const char *sql = db_skip_locked(scratch, db, "SELECT d.id FROM delivery d WHERE d.issue = $1 AND d.address > $2 AND d.address <= $3 AND d.holder IS NULL"
	                                              " AND d.next_try IS NOT NULL ORDER BY d.address", "d");
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(s->issue), db_int(s->after), db_int(s->last)));
	while (db_next(rows))
		*mem_push(scratch, ids, count) = db_column_int(rows, 0);
	bool fine = db_finish(rows, err) && apply(db, s->stop, ids, count, NULL, err);
	talloc_free(scratch);
	return fine;
}

/* The pause does not count as time in which a row was tried in vain. */
static bool sweep_parked(struct db *db, const struct sweep *s, struct error *err)
{
	int64_t now = clock_now();
	return db_run(db, "UPDATE delivery SET priority = priority - 2, created = CASE WHEN created + $4 > $5 THEN $5 ELSE created + $4 END,"
	                  " first_try = CASE WHEN first_try = 0 THEN 0 WHEN first_try + $4 > $5 THEN $5 ELSE first_try + $4 END"
	                  " WHERE issue = $1 AND address > $2 AND address <= $3 AND priority >= 2 AND next_try IS NOT NULL",
	              DB_ARGS(db_int(s->issue), db_int(s->after), db_int(s->last), db_int(now > s->since ? now - s->since : 0), db_int(now)), err);
}

static bool step(struct db *db, struct sweep *s, struct error *err)
{
	if (!lock_issue(db, s->issue, &s->stop, err) ||
	    !db_get_int(db, "SELECT swept FROM issue WHERE id = $1", DB_ARGS(db_int(s->issue)), &s->after, err) ||
	    !db_get_int(db, "SELECT stopped_since FROM issue WHERE id = $1", DB_ARGS(db_int(s->issue)), &s->since, err) ||
	    !db_get_int(db, "SELECT coalesce(max(address), 0) FROM (SELECT address FROM delivery WHERE issue = $1 AND address > $2 ORDER BY address LIMIT $3) step",
	                DB_ARGS(db_int(s->issue), db_int(s->after), db_int(STEP)), &s->last, err))
		return false;
	/* Another planner has done it meanwhile. */
	if (s->after < 0)
		return true;
	if (s->last == 0)
		return db_run(db, "UPDATE issue SET swept = -1, stopped = CASE WHEN stopped = $2 THEN 0 ELSE stopped END WHERE id = $1",
		              DB_ARGS(db_int(s->issue), db_int(STOP_ENDING)), err);
	return (s->stop == STOP_ENDING ? sweep_parked : sweep_open)(db, s, err) &&
	       db_run(db, "UPDATE issue SET swept = $2 WHERE id = $1", DB_ARGS(db_int(s->issue), db_int(s->last)), err);
}

bool stop_sweep(struct db *db, bool *worked, struct error *err)
{
	struct sweep s = { 0 };
	*worked = false;
	if (!db_get_int(db, "SELECT id FROM issue WHERE swept >= 0 ORDER BY id LIMIT 1", DB_NONE, &s.issue, err))
		return err->kind == ERROR_NOT_FOUND;
	*worked = db_begin_rows(db, err) && db_end(db, step(db, &s, err), err);
	db_give_way(db);
	return *worked;
}
