#include "gateway/base/db/db.h"
#include "gateway/base/db/db_engine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/embed.h"
#include "gateway/base/text/text.h"
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

/* Of PostgreSQL; each is a row that readers of a sum read. */
enum { SLOTS = 32 };

/* The pause is longer than the steps in which others wait for a lock; OFTEN_MS: of db_wait. */
enum { TURN_ROWS = 100, TURN_MS = 50, PAUSE_MS = 5, RACES = 10, OFTEN_MS = 50 };

const char *db_engine_name(const struct db *db) { return db->engine->name; }

bool db_size(struct db *db, int64_t *bytes, struct error *err) { return db_get_int(db, db->engine->size, DB_NONE, bytes, err); }

bool db_check(struct db *db, struct error *err)
{
	char *said;
	if (!db->engine->check)
		return true;
	if (!db_get_text(db, db, db->engine->check, DB_NONE, &said, err))
		return false;
	bool fine = strcmp(said, "ok") == 0 || error_set(err, ERROR_PERMANENT, "the database is damaged: %s", said);
	talloc_free(said);
	return fine;
}

bool db_is_server(const char *where) { return text_starts(where, "postgresql://") || text_starts(where, "postgres://"); }

bool db_settle(struct db *db, struct error *err) { return !db->engine->settle || db_run(db, db->engine->settle, DB_NONE, err); }

const char *db_path(const char *where)
{
	if (db_is_server(where) || strcmp(where, ":memory:") == 0)
		return NULL;
	return text_starts(where, "sqlite:") ? where + strlen("sqlite:") : where;
}

char *db_shown(void *owner, const char *where)
{
	const char *user = db_is_server(where) ? strstr(where, "://") + 3 : NULL;
	const char *at = user ? strchr(user, '@') : NULL, *colon = user ? strchr(user, ':') : NULL;
	/* "?password=..." is libpq's other way to say it. */
	if (user && strstr(where, "password="))
		return mem_printf(owner, "%.*s", (int)strcspn(where, "?"), where);
	return at && colon && colon < at ? mem_printf(owner, "%.*s%s", (int)(colon - where), where, at) : mem_dup(owner, where);
}

struct db *db_open(void *owner, const char *where, struct error *err)
{
	struct db *db = mem_new(owner, struct db);
	db->engine = db_is_server(where) ? &db_postgres : &db_sqlite;
	db->handle = db->engine->open(db, text_starts(where, "sqlite:") ? where + strlen("sqlite:") : where, err);
	if (db->handle)
		return db;
	talloc_free(db);
	return NULL;
}

static bool complain_broken(struct error *err)
{
	return error_set(err, ERROR_TEMPORARY, "database: the transaction was rolled back");
}

struct db_rows *db_query(struct db *db, const char *sql, const struct db_value *args)
{
	struct db_rows *rows = db->broken ? mem_new(db, struct db_rows) : db->engine->query(db->handle, sql, args);
	rows->db = db;
	if (db->broken)
		complain_broken(&rows->err);
	return rows;
}

bool db_next(struct db_rows *rows) { return !rows->err.kind && rows->db->engine->next(rows); }
bool db_column_null(struct db_rows *rows, int n) { return rows->db->engine->column_null(rows, n); }
int64_t db_column_int(struct db_rows *rows, int n) { return rows->db->engine->column_int(rows, n); }
const char *db_column_text(struct db_rows *rows, int n) { return rows->db->engine->column_text(rows, n); }
char *db_column_dup(void *owner, struct db_rows *rows, int n) { return mem_dup_or_null(owner, db_column_text(rows, n)); }

const void *db_column_blob(struct db_rows *rows, int n, size_t *size)
{
	return rows->db->engine->column_blob(rows, n, size);
}

bool db_finish(struct db_rows *rows, struct error *err)
{
	bool fine = !rows->err.kind;
	if (!fine)
		*err = rows->err;
	talloc_free(rows);
	return fine;
}

void *db_finish_one(struct db_rows *rows, void *object, const char *none, struct error *err)
{
	bool fine = db_finish(rows, err);
	if (fine && object)
		return object;
	if (fine)
		error_set(err, ERROR_NOT_FOUND, "%s", none);
	talloc_free(object);
	return NULL;
}

bool db_run(struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	while (db_next(rows)) {}
	return db_finish(rows, err);
}

bool db_run_each(struct db *db, const char *sql, const struct db_value *sets, size_t stride, size_t count, struct error *err)
{
	if (db->broken)
		return complain_broken(err);
	if (db->engine->run_each)
		return db->engine->run_each(db->handle, sql, sets, stride, count, err);
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++)
		fine = db_run(db, sql, sets + i * stride, err);
	return fine;
}

bool db_change(struct db *db, const char *sql, const struct db_value *args, int64_t *changed, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	while (db_next(rows)) {}
	*changed = rows->err.kind ? 0 : db->engine->changes(rows);
	return db_finish(rows, err);
}

/* first_row and last_row step through all rows, because a statement with RETURNING must be run to its end. */
static bool first_row(struct db_rows *rows, struct error *err)
{
	if (db_next(rows))
		return true;
	if (db_finish(rows, err))
		error_set(err, ERROR_NOT_FOUND, "there is no such row");
	return false;
}

static bool last_row(struct db_rows *rows, struct error *err)
{
	while (db_next(rows)) {}
	return db_finish(rows, err);
}

bool db_get_int(struct db *db, const char *sql, const struct db_value *args, int64_t *value, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	if (!first_row(rows, err))
		return false;
	int64_t found = db_column_int(rows, 0);
	if (!last_row(rows, err))
		return false;
	*value = found;
	return true;
}

bool db_get_text(void *owner, struct db *db, const char *sql, const struct db_value *args, char **value, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	if (!first_row(rows, err))
		return false;
	char *found = db_column_dup(owner, rows, 0);
	if (!last_row(rows, err))
		return false;
	*value = found;
	return true;
}

static bool begin(struct db *db, const char *sql, struct error *err)
{
	if (db->broken)
		return complain_broken(err);
	if (db->depth == 0 && !db_run(db, sql, DB_NONE, err))
		return false;
	if (db->depth++ == 0)
		db->begun = clock_steady();
	return true;
}

bool db_begin(struct db *db, struct error *err) { return begin(db, db->engine->begin, err); }
bool db_begin_rows(struct db *db, struct error *err) { return begin(db, db->engine->begin_rows, err); }
bool db_begin_read(struct db *db, struct error *err) { return begin(db, db->engine->begin_read, err); }

/* One level less.  The outermost end of a broken transaction makes the connection usable again. */
static void leave(struct db *db)
{
	if (db->depth > 0 && --db->depth == 0)
		db->broken = false;
}

bool db_commit(struct db *db, struct error *err)
{
	bool broken = db->broken || db->depth == 0;
	leave(db);
	if (broken)
		return complain_broken(err);
	if (db->depth > 0 || db_run(db, "COMMIT", DB_NONE, err))
		return true;
	struct error ignored;
	db_run(db, "ROLLBACK", DB_NONE, &ignored);
	return false;
}

void db_rollback(struct db *db)
{
	struct error ignored;
	if (db->depth > 0 && !db->broken) {
		db_run(db, "ROLLBACK", DB_NONE, &ignored);
		db->broken = true;
	}
	leave(db);
}

bool db_end(struct db *db, bool fine, struct error *err)
{
	if (fine)
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

bool db_turn_over(const struct db *db, size_t rows) { return rows >= TURN_ROWS || clock_steady() - db->begun >= TURN_MS; }

void db_give_way(const struct db *db)
{
	if (db->depth == 0 && !db->engine->skips_locked)
		nanosleep(&(struct timespec){ 0, PAUSE_MS * 1000000 }, NULL);
}

bool db_bulk_begin(struct db *db, struct error *err) { return !db->engine->bulk || db->engine->bulk(db->handle, true, err); }
bool db_bulk_end(struct db *db, struct error *err) { return !db->engine->bulk || db->engine->bulk(db->handle, false, err); }

char *db_skip_locked(void *owner, const struct db *db, const char *sql, const char *table)
{
	return db->engine->skips_locked ? mem_printf(owner, "%s FOR UPDATE OF %s SKIP LOCKED", sql, table) : mem_dup(owner, sql);
}

bool db_raced(struct db *db) { return db->engine->raced && db->engine->raced(db->handle); }
bool db_again(struct db *db, int *races)
{
	if (db->depth > 0 || !db_raced(db) || *races >= RACES)
		return false;
	/* Two that were in each other's way must not meet again at once. */
	nanosleep(&(struct timespec){ 0, (long)(PAUSE_MS * ++*races + getpid() % PAUSE_MS) * 1000000L }, NULL);
	return true;
}

bool db_transact(struct db *db, bool (*change)(void *context, struct error *err), void *context, struct error *err)
{
	for (int races = 0;;) {
		if (!db_begin(db, err))
			return false;
		if (db_end(db, change(context, err), err))
			return true;
		if (!db_again(db, &races))
			return false;
	}
}

int64_t db_returned(const struct db *db) { return db->engine->returned ? db->engine->returned(db->handle) : 0; }
void db_set_patience(struct db *db, int ms) { db->engine->set_patience(db->handle, ms); }

int64_t db_slot(const struct db *db) { return db->engine->skips_locked ? getpid() % SLOTS : 0; }

int64_t db_version(struct db *db) { return db->engine->version(db->handle); }

/* While there is more and more to see, not more often than every OFTEN_MS: each role would look once for every commit of every other. */
bool db_wait(struct db *db, int timeout_ms, int stop_fd)
{
	struct pollfd stop = { .fd = stop_fd, .events = POLLIN };
	int64_t early = db->told + OFTEN_MS - clock_steady();
	if (early > timeout_ms)
		early = timeout_ms;
	if (early > 0 && poll(&stop, 1, (int)early) != 0)
		return false;
	if (!db->engine->wait(db->handle, timeout_ms - (early > 0 ? (int)early : 0), stop_fd))
		return false;
	db->told = clock_steady();
	return true;
}

/* The schema file with its {{WORDS}} replaced by those of the engine. */
static char *fill_in(void *owner, const struct db_engine *engine, const char *sql)
{
	static const char *const words[] = { "ID", "INT", "BLOB", "STRICT" };
	void *scratch = talloc_new(NULL);
	char *text = mem_dup(scratch, sql);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		text = text_replace(scratch, text, mem_printf(scratch, "{{%s}}", words[i]), engine->word(words[i]));
	talloc_steal(owner, text);
	talloc_free(scratch);
	return text;
}

static bool apply(struct db *db, const struct embed *file, struct error *err)
{
	int64_t known;
	if (!db_begin(db, err))
		return false;
	if (!db_get_int(db, "SELECT count(*) FROM migration WHERE name = $1", DB_ARGS(db_text(file->name)), &known, err)) {
		db_rollback(db);
		return false;
	}
	char *sql = fill_in(NULL, db->engine, file->data);
	bool fine = known || (db->engine->script(db->handle, sql, err) &&
	                      db_run(db, "INSERT INTO migration (name, applied) VALUES ($1, $2)",
	                             DB_ARGS(db_text(file->name), db_int(clock_now())), err));
	talloc_free(sql);
	if (fine)
		return db_commit(db, err);
	db_rollback(db);
	return error_prefix(err, "schema '%s': ", file->name);
}

/* What a newer program has changed cannot be understood here, and must not be written to. */
static bool check_known(struct db *db, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT name FROM migration ORDER BY name", DB_NONE);
	char *unknown = NULL;
	while (!unknown && db_next(rows))
		if (!embed_find(db_column_text(rows, 0)))
			unknown = db_column_dup(db, rows, 0);
	bool fine = db_finish(rows, err);
	if (unknown)
		fine = error_set(err, ERROR_PERMANENT, "a newer version of pennypost has changed this database ('%s'): install that version, or restore a backup "
		                 "that is older", unknown);
	talloc_free(unknown);
	return fine;
}

static bool prepare(struct db *db, struct error *err)
{
	char *table = fill_in(NULL, db->engine, "CREATE TABLE IF NOT EXISTS migration ("
	                      " name TEXT PRIMARY KEY, applied {{INT}} NOT NULL) {{STRICT}}");
	bool fine = db->engine->script(db->handle, table, err);
	talloc_free(table);
	return fine && check_known(db, err);
}

static bool is_schema(const struct embed *e, const char *prefix) { return text_starts(e->name, prefix) && text_ends(e->name, ".sql"); }

bool db_migrate(struct db *db, const char *prefix, struct error *err)
{
	bool fine = prepare(db, err);
	for (const struct embed *e = embed_all; fine && e->name; e++)
		if (is_schema(e, prefix))
			fine = apply(db, e, err);
	return fine;
}

bool db_missing(struct db *db, const char *prefix, const char **first, bool *fresh, struct error *err)
{
	bool fine = prepare(db, err);
	*first = NULL;
	*fresh = true;
	for (const struct embed *e = embed_all; fine && e->name && (*fresh || !*first); e++) {
		int64_t known = 0;
		if (!is_schema(e, prefix))
			continue;
		fine = db_get_int(db, "SELECT count(*) FROM migration WHERE name = $1", DB_ARGS(db_text(e->name)), &known, err);
		if (known)
			*fresh = false;
		else if (!*first)
			*first = e->name;
	}
	return fine;
}
