#include "feeds/ingest/backfill_progress.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

bool backfill_progress_read(void *owner, struct db *db, int64_t source, struct backfill_progress *p, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT way, next, pages, entries, fresh, dull, started, finished, completed, error FROM backfill WHERE source = $1",
	                                DB_ARGS(db_int(source)));
	if (db_next(rows)) {
		p->paging = (enum backfill_paging)db_column_int(rows, 0);
		p->next = db_column_dup(owner, rows, 1);
		p->pages = db_column_int(rows, 2);
		p->entries = db_column_int(rows, 3);
		p->fresh = db_column_int(rows, 4);
		p->repeats = db_column_int(rows, 5);
		p->started = db_column_int(rows, 6);
		p->finished = db_column_int(rows, 7);
		p->completed = db_column_int(rows, 8);
		p->error = db_column_dup(owner, rows, 9);
	}
	return db_finish(rows, err);
}

bool backfill_progress_begin(struct db *db, int64_t source, const struct backfill_progress *p, struct error *err)
{
	return db_run(db, "DELETE FROM backfill_page WHERE source = $1", DB_ARGS(db_int(source)), err) &&
	       db_run(db, "INSERT INTO backfill (source, way, next, pages, entries, fresh, dull, started, finished, completed) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)"
	                         " ON CONFLICT (source) DO UPDATE SET way = $2, next = $3, pages = $4, entries = $5, fresh = $6, dull = 0, started = $7, finished = $8, error = NULL",
	              DB_ARGS(db_int(source), db_int(p->paging), db_text(p->next), db_int(p->pages), db_int(p->entries), db_int(p->fresh), db_int(p->started),
	                      db_int(p->finished), db_int(p->completed)), err);
}

static bool any(struct db *db, const char *sql, const struct db_value *args, bool *found, struct error *err)
{
	int64_t count;
	if (!db_get_int(db, sql, args, &count, err))
		return false;
	*found = count > 0;
	return true;
}

bool backfill_progress_has_page(struct db *db, int64_t source, const char *url, bool *has, struct error *err)
{
	return any(db, "SELECT count(*) FROM backfill_page WHERE source = $1 AND url = $2", DB_ARGS(db_int(source), db_text(url)), has, err);
}

bool backfill_progress_add_page(struct db *db, int64_t source, const char *url, const char *hash, bool *repeat, struct error *err)
{
	const struct db_value *args = DB_ARGS(db_int(source), db_text(hash), db_text(url));
	return any(db, "SELECT count(*) FROM backfill_page WHERE source = $1 AND mark = $2 AND url <> $3", args, repeat, err) &&
	       db_run(db, "INSERT INTO backfill_page (source, mark, url) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", args, err);
}

bool backfill_progress_write(struct db *db, int64_t source, const struct backfill_progress *p, const char *at, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE backfill SET way = $3, next = $4, pages = $5, entries = $6, fresh = $7, dull = $8, finished = $9, completed = $10, error = $11"
	                          " WHERE source = $1 AND next = $2",
	               DB_ARGS(db_int(source), db_text(at), db_int(p->paging), db_text(p->next), db_int(p->pages), db_int(p->entries), db_int(p->fresh), db_int(p->repeats),
	                       db_int(p->finished), db_int(p->completed), db_text(p->error)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_TEMPORARY, "another process is reading the older pages of source %lld", (long long)source);
}

struct first_page {
	struct db *db;
	const struct source *source;
	struct backfill_progress *progress;
	const char *hash;
};

static bool note_first(void *context, struct error *err)
{
	const struct first_page *f = context;
	bool repeat;
	return backfill_progress_begin(f->db, f->source->id, f->progress, err) &&
	       backfill_progress_add_page(f->db, f->source->id, f->source->url, f->hash, &repeat, err);
}

bool backfill_progress_note_newest(struct db *db, const struct source *source, const struct feed *feed, size_t fresh, struct error *err)
{
	if (!url_valid(source->url))
		return true;
	void *scratch = talloc_new(NULL);
	char *next;
	struct backfill_progress p = { .pages = 1, .entries = (int64_t)feed->count, .fresh = (int64_t)fresh, .started = clock_now() };
	p.paging = backfill_paging_of(scratch, feed, source->url, &next);
	p.next = next;
	p.finished = p.completed = next ? 0 : p.started;
	bool fine = db_transact(db, note_first, &(struct first_page){ db, source, &p, backfill_paging_hash(scratch, feed) }, err);
	talloc_free(scratch);
	return fine;
}

bool backfill_progress_has_older(struct db *db, const struct source *source, bool *older, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct backfill_progress p = { 0 };
	bool fine = backfill_progress_read(scratch, db, source->id, &p, err);
	*older = p.next && (p.paging == BACKFILL_PAGING_LINKS || p.paging == BACKFILL_PAGING_NUMBERS);
	talloc_free(scratch);
	return fine;
}

static char *describe(void *owner, int64_t source, const struct backfill_progress *p)
{
	if (p->next && p->pages <= 1 && p->paging == BACKFILL_PAGING_GUESSED)
		return mem_dup(owner, ""); /* nothing says that there are older pages */
	if (p->next && p->pages <= 1)
		return mem_printf(owner, "not read: 'pennypost source backfill %lld' does", (long long)source);
	if (p->next)
		return mem_printf(owner, "read down to page %lld; 'pennypost source backfill %lld' goes on there%s%s", (long long)p->pages, (long long)source,
		                  p->error ? ", where it stopped: " : "", p->error ? p->error : "");
	if (p->pages > 1)
		return mem_printf(owner, "read, %lld pages with %lld posts%s%s", (long long)p->pages, (long long)p->entries, p->error ? ": " : "", p->error ? p->error : "");
	return mem_dup(owner, "");
}

char *backfill_progress_describe(void *owner, struct db *db, const struct source *source, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct backfill_progress p = { 0 };
	char *text = backfill_progress_read(scratch, db, source->id, &p, err) ? describe(owner, source->id, &p) : NULL;
	talloc_free(scratch);
	return text;
}
