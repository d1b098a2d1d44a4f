#include "feeds/ingest/backfill_progress.h"
#include "gateway/base/memory/mem.h"

bool backfill_row_read(struct backfill *b, struct error *err)
{
	struct db_rows *rows = db_query(b->in->db, "SELECT way, next, pages, entries, fresh, dull, started, finished, completed, error FROM backfill WHERE source = $1",
	                                DB_ARGS(db_int(b->source->id)));
	if (db_next(rows)) {
		b->way = (enum backfill_way)db_column_int(rows, 0);
		b->next = db_column_dup(b, rows, 1);
		b->pages = db_column_int(rows, 2);
		b->entries = db_column_int(rows, 3);
		b->fresh = db_column_int(rows, 4);
		b->dull = db_column_int(rows, 5);
		b->started = db_column_int(rows, 6);
		b->finished = db_column_int(rows, 7);
		b->completed = db_column_int(rows, 8);
		b->error = db_column_dup(b, rows, 9);
	}
	return db_finish(rows, err);
}

bool backfill_row_begin(struct backfill *b, struct error *err)
{
	int64_t id = b->source->id;
	return db_run(b->in->db, "DELETE FROM backfill_page WHERE source = $1", DB_ARGS(db_int(id)), err) &&
	       db_run(b->in->db, "INSERT INTO backfill (source, way, next, pages, entries, fresh, dull, started, finished, completed) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)"
	                         " ON CONFLICT (source) DO UPDATE SET way = $2, next = $3, pages = $4, entries = $5, fresh = $6, dull = 0, started = $7, finished = $8, error = NULL",
	              DB_ARGS(db_int(id), db_int(b->way), db_text(b->next), db_int(b->pages), db_int(b->entries), db_int(b->fresh), db_int(b->started),
	                      db_int(b->finished), db_int(b->completed)), err);
}

static bool any(struct db *db, const char *sql, const struct db_value *args, bool *found, struct error *err)
{
	int64_t count;
	if (!db_get_int(db, sql, args, &count, err))
		return false;
	*found = count > 0;
	return true;
}

bool backfill_row_seen(struct backfill *b, const char *url, bool *seen, struct error *err)
{
	return any(b->in->db, "SELECT count(*) FROM backfill_page WHERE source = $1 AND url = $2", DB_ARGS(db_int(b->source->id), db_text(url)), seen, err);
}

bool backfill_row_page(struct backfill *b, const char *url, const char *mark, bool *repeat, struct error *err)
{
	const struct db_value *args = DB_ARGS(db_int(b->source->id), db_text(mark), db_text(url));
	return any(b->in->db, "SELECT count(*) FROM backfill_page WHERE source = $1 AND mark = $2 AND url <> $3", args, repeat, err) &&
	       db_run(b->in->db, "INSERT INTO backfill_page (source, mark, url) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", args, err);
}

bool backfill_row_write(struct backfill *b, const char *at, struct error *err)
{
	int64_t changed;
	if (!db_change(b->in->db, "UPDATE backfill SET way = $3, next = $4, pages = $5, entries = $6, fresh = $7, dull = $8, finished = $9, completed = $10, error = $11"
	                          " WHERE source = $1 AND next = $2",
	               DB_ARGS(db_int(b->source->id), db_text(at), db_int(b->way), db_text(b->next), db_int(b->pages), db_int(b->entries), db_int(b->fresh), db_int(b->dull),
	                       db_int(b->finished), db_int(b->completed), db_text(b->error)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_TEMPORARY, "another process is reading the older pages of source %lld", (long long)b->source->id);
}
