#include "gateway/archive/reply/reaction.h"
#include "gateway/base/system/clock.h"

/* Within a day.  A large server's users are many. */
enum { OF_ACTOR = 500, OF_HOST = 20000 };

/* Rows of this host or actor since then, counted up to most. */
static bool is_full(struct db *db, const char *sql, const char *whose, int64_t since, int64_t most, bool *full, struct error *err)
{
	int64_t count = 0;
	bool fine = db_get_int(db, sql, DB_ARGS(db_text(whose), db_int(since), db_int(most)), &count, err);
	*full = *full || count >= most;
	return fine;
}

bool reaction_add(struct db *db, const struct reaction *r, int64_t now, bool *counted, struct error *err)
{
	int64_t changed = 0, since = now - CLOCK_DAY;
	bool full = false;
	bool fine = is_full(db, "SELECT count(*) FROM (SELECT 1 FROM reaction WHERE actor = $1 AND created > $2 LIMIT $3) lately", r->actor, since, OF_ACTOR, &full, err) &&
	            is_full(db, "SELECT count(*) FROM (SELECT 1 FROM reaction WHERE host = $1 AND created > $2 LIMIT $3) lately", r->host, since, OF_HOST, &full, err);
	fine = fine && (full || db_change(db, "INSERT INTO reaction (entry, kind, actor, host, activity, created) VALUES ($1, $2, $3, $4, $5, $6)"
	                                      " ON CONFLICT (entry, kind, actor) DO NOTHING",
	                                  DB_ARGS(db_int(r->entry), db_int(r->kind), db_text(r->actor), db_text(r->host), db_text(r->activity), db_int(now)),
	                                  &changed, err));
	*counted = changed > 0;
	return fine;
}

bool reaction_remove(struct db *db, const struct reaction *r, bool *removed, struct error *err)
{
	int64_t changed = 0;
	bool fine = r->entry ? db_change(db, "DELETE FROM reaction WHERE entry = $1 AND kind = $2 AND actor = $3",
	                                 DB_ARGS(db_int(r->entry), db_int(r->kind), db_text(r->actor)), &changed, err)
	                     : db_change(db, "DELETE FROM reaction WHERE actor = $1 AND activity = $2", DB_ARGS(db_text(r->actor), db_text(r->activity)), &changed, err);
	*removed = changed > 0;
	return fine;
}

bool reaction_knows(struct db *db, const char *actor, const char *activity, bool *knows, struct error *err)
{
	int64_t count = 0;
	bool fine = db_get_int(db, "SELECT count(*) FROM reaction WHERE actor = $1 AND activity = $2", DB_ARGS(db_text(actor), db_text(activity)), &count, err);
	*knows = count > 0;
	return fine;
}

bool reaction_forget(struct db *db, const char *actor, struct error *err)
{
	return db_run(db, "DELETE FROM reaction WHERE actor = $1", DB_ARGS(db_text(actor)), err);
}

bool reaction_count(struct db *db, int64_t entry, int64_t counts[REACTION_KINDS], struct error *err)
{
	for (int k = 0; k < REACTION_KINDS; k++)
		counts[k] = 0;
	struct db_rows *rows = entry ? db_query(db, "SELECT kind, count(*) FROM reaction WHERE entry = $1 GROUP BY kind", DB_ARGS(db_int(entry)))
	                             : db_query(db, "SELECT kind, count(*) FROM reaction GROUP BY kind", DB_NONE);
	while (db_next(rows))
		if (db_column_int(rows, 0) >= 0 && db_column_int(rows, 0) < REACTION_KINDS)
			counts[db_column_int(rows, 0)] = db_column_int(rows, 1);
	return db_finish(rows, err);
}
