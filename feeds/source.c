#include "feeds/source.h"
#include "gateway/base/clock.h"
#include "gateway/base/mem.h"

#define COLUMNS "id, publication, url, title, state, etag, last_modified, body_hash, imported, next_fetch, last_fetch, last_status, failures, last_error, approved"

static struct source *from_row(void *owner, struct db_rows *rows)
{
	struct source *s = mem_new(owner, struct source);
	s->id = db_column_int(rows, 0);
	s->publication = db_column_int(rows, 1);
	s->url = db_column_dup(s, rows, 2);
	s->title = db_column_dup(s, rows, 3);
	s->state = (enum source_state)db_column_int(rows, 4);
	s->etag = db_column_dup(s, rows, 5);
	s->last_modified = db_column_dup(s, rows, 6);
	s->body_hash = db_column_dup(s, rows, 7);
	s->imported = db_column_int(rows, 8);
	s->next_fetch = db_column_int(rows, 9);
	s->last_fetch = db_column_int(rows, 10);
	s->last_status = (int)db_column_int(rows, 11);
	s->failures = (int)db_column_int(rows, 12);
	s->last_error = db_column_dup(s, rows, 13);
	s->approved = db_column_int(rows, 14) != 0;
	return s;
}

static struct source *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	struct source *s = db_next(rows) ? from_row(owner, rows) : NULL;
	if (!db_finish(rows, err)) {
		talloc_free(s);
		return NULL;
	}
	if (!s)
		error_set(err, ERROR_NOT_FOUND, "there is no such source: 'pennypost source list' shows them");
	return s;
}

bool source_add(struct db *db, int64_t publication, const char *url, int64_t lease_ms, int64_t *id, struct error *err)
{
	if (db_get_int(db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)"
	                   " VALUES ($1, $2, $3, $4, 0, $5, 0, 0, 0, 0) ON CONFLICT (publication, url) DO NOTHING RETURNING id",
	               DB_ARGS(db_int(publication), db_text(url), db_int(SOURCE_ACTIVE), db_int(clock_now()), db_int(clock_now() + lease_ms)), id, err))
		return true;
	if (err->kind != ERROR_NOT_FOUND)
		return false;
	if (!db_get_int(db, "SELECT id FROM source WHERE publication = $1 AND url = $2", DB_ARGS(db_int(publication), db_text(url)), id, err))
		return false;
	return error_set(err, ERROR_EXISTS, "'%s' is a source already (%lld)", url, (long long)*id);
}

struct source *source_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM source WHERE id = $1", DB_ARGS(db_int(id)), err);
}

bool source_list(void *owner, struct db *db, int64_t publication, struct source ***all, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM source WHERE ($1 = 0 OR publication = $1) ORDER BY id",
	                                DB_ARGS(db_int(publication)));
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct source *s = from_row(owner, rows);
		*mem_push(owner, *all, count) = s;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

bool source_claim(void *owner, struct db *db, int64_t lease_ms, struct source **source, struct error *err)
{
	int64_t id, now = clock_now();
	*source = NULL;
	if (!db_get_int(db, "UPDATE source SET next_fetch = $3 WHERE id = (SELECT id FROM source WHERE state = $1 AND next_fetch <= $2"
	                    " ORDER BY next_fetch LIMIT 1) RETURNING id",
	                DB_ARGS(db_int(SOURCE_ACTIVE), db_int(now), db_int(now + lease_ms)), &id, err))
		return err->kind == ERROR_NOT_FOUND;
	*source = source_get(owner, db, id, err);
	return *source != NULL;
}

bool source_next_due(struct db *db, int64_t *ms, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(next_fetch) FROM source WHERE state = $1", DB_ARGS(db_int(SOURCE_ACTIVE)));
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

bool source_poll(struct db *db, int64_t id, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE source SET next_fetch = $2, state = CASE WHEN state = $4 THEN state ELSE $3 END WHERE id = $1",
	               DB_ARGS(db_int(id), db_int(clock_now()), db_int(SOURCE_ACTIVE), db_int(SOURCE_HELD)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "there is no source %lld: 'pennypost source list' shows them", (long long)id);
}

bool source_record(struct db *db, const struct source *s, struct error *err)
{
	return db_run(db, "UPDATE source SET url = $2, title = $3, state = $4, etag = $5, last_modified = $6, body_hash = $7, imported = $8,"
	                  " next_fetch = $9, last_fetch = $10, last_status = $11, failures = $12, last_error = $13, approved = $14 WHERE id = $1",
	              DB_ARGS(db_int(s->id), db_text(s->url), db_text(s->title), db_int(s->state), db_text(s->etag), db_text(s->last_modified),
	                      db_text(s->body_hash), db_int(s->imported), db_int(s->next_fetch), db_int(s->last_fetch),
	                      db_int(s->last_status), db_int(s->failures), db_text(s->last_error), db_int(s->approved)), err);
}

bool source_approve(struct db *db, int64_t id, bool quiet, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE source SET state = $2, approved = 1, imported = CASE WHEN $3 = 1 THEN 0 ELSE imported END, next_fetch = $4,"
	                   " body_hash = NULL, etag = NULL, last_modified = NULL WHERE id = $1 AND state = $5",
	               DB_ARGS(db_int(id), db_int(SOURCE_ACTIVE), db_int(quiet), db_int(clock_now()), db_int(SOURCE_HELD)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "source %lld is not held: 'pennypost source list' shows the state of each", (long long)id);
}

bool source_remove(struct db *db, int64_t id, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "DELETE FROM source WHERE id = $1", DB_ARGS(db_int(id)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "there is no source %lld: 'pennypost source list' shows them", (long long)id);
}

const char *source_state_name(enum source_state state)
{
	static const char *const names[] = { "active", "paused", "gone", "held" };
	return names[state];
}
