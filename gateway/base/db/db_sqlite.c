/* The embedded engine.  WAL and synchronous=FULL: a commit that returned is on disk, but in db_bulk_begin. */
#include "gateway/base/db/db_engine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CACHE_SLOTS = 256, BUSY_MS = 20000, REST_MS = 500, RESTING_MS = 10 };
/*
 * Pauses of db_wait between two looks, in ms.  A writer writes to the WAL before its commit can be seen (there is an fsync between), so
 * after a write we look soon, and then less and less often, OFTEN_MS apart while it goes on writing.  QUIET_MS is for what inotify does not
 * tell, such as a WAL that was replaced.
 */
enum { SOON_MS = 5, OFTEN_MS = 50, SELDOM_MS = 640, QUIET_MS = 2000 };

struct cached {
	char *sql;
	sqlite3_stmt *stmt;
	int *places; /* of $1, $2, ... among its parameters */
	int count;
	bool busy;
};

struct connection {
	sqlite3 *handle;
	struct cached cache[CACHE_SLOTS]; /* by hash of the text; a collision evicts */
	sqlite3_stmt *version;
	int64_t seen; /* data_version when db_wait last looked */
	int patience;
	int64_t since, rest; /* steady times: of the first try of the lock that is waited for; until when there is hardly any patience */
	int wal;      /* inotify: somebody writes to the WAL; -1: it cannot be watched */
	int pause;    /* before the next look */
};

struct sqlite_rows {
	struct db_rows rows;
	struct connection *connection;
	sqlite3_stmt *stmt;
	struct cached *slot; /* NULL: the statement is not cached */
};

static int disconnect(struct connection *c)
{
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		sqlite3_finalize(c->cache[i].stmt);
	sqlite3_finalize(c->version);
	sqlite3_close(c->handle);
	if (c->wal >= 0)
		close(c->wal);
	return 0;
}

static enum error_kind kind_of(int rc)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE: case SQLITE_CONSTRAINT_PRIMARYKEY: return ERROR_EXISTS;
	default: break;
	}
	switch (rc & 0xFF) {
	case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_FULL: case SQLITE_IOERR: return ERROR_TEMPORARY;
	case SQLITE_CONSTRAINT: return ERROR_INVALID;
	default: return ERROR_PERMANENT;
	}
}

static void complain(struct error *err, sqlite3 *handle)
{
	error_set(err, kind_of(sqlite3_extended_errcode(handle)), "database: %s", sqlite3_errmsg(handle));
}

static bool script(void *handle, const char *sql, struct error *err)
{
	struct connection *c = handle;
	if (sqlite3_exec(c->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	complain(err, c->handle);
	return false;
}

/* The file holds addresses and keys: only its owner may read it; SQLite gives its WAL the same mode.  One that is there is not opened:
 * to close it would take away the locks that other connections of this process have on it (fcntl(2)). */
static void make_private(const char *where)
{
	int fd = access(where, F_OK) == 0 ? -1 : open(where, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

/* Another connection writes; tries is how often that was found for this lock.  0 gives up. */
static int wait_for_lock(void *handle, int tries)
{
	struct connection *c = handle;
	int64_t now = clock_steady();
	if (tries == 0)
		c->since = now;
	bool resting = now < c->rest;
	if (now - c->since >= (resting && c->patience > RESTING_MS ? RESTING_MS : c->patience)) {
		c->rest = resting ? c->rest : c->patience < BUSY_MS ? now + REST_MS : 0;
		return 0;
	}
	/* In steps that are shorter than the pause of db_give_way; at first than a commit, which is what is waited for most often. */
	usleep(tries < 10 ? 100 : tries < 20 ? 500 : 2000);
	return 1;
}

static void set_patience(void *handle, int ms) { ((struct connection *)handle)->patience = ms; }

static void *open_sqlite(void *owner, const char *where, struct error *err)
{
	struct connection *c = mem_new(owner, struct connection);
	c->wal = -1;
	c->pause = SOON_MS;
	if (strcmp(where, ":memory:") != 0)
		make_private(where);
	int rc = sqlite3_open(where, &c->handle);
	talloc_set_destructor(c, disconnect);
	if (rc != SQLITE_OK) {
		error_set(err, ERROR_PERMANENT, "cannot open database '%s': %s", where, sqlite3_errmsg(c->handle));
		talloc_free(c);
		return NULL;
	}
	sqlite3_extended_result_codes(c->handle, 1);
	c->patience = BUSY_MS;
	sqlite3_busy_handler(c->handle, wait_for_lock, c);
	if (!script(c, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
	               "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"
	               "PRAGMA journal_size_limit=16000000", err)) {
		error_prefix(err, "cannot use '%s': ", where);
		talloc_free(c);
		return NULL;
	}
	sqlite3_prepare_v3(c->handle, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT, &c->version, NULL);
	return c;
}

static int place(sqlite3_stmt *stmt, int n)
{
	char name[16];
	snprintf(name, sizeof name, "$%d", n);
	return sqlite3_bind_parameter_index(stmt, name);
}

static struct cached remember(struct connection *c, const char *sql, sqlite3_stmt *stmt)
{
	struct cached made = { .sql = mem_dup(c, sql), .stmt = stmt, .count = sqlite3_bind_parameter_count(stmt) };
	made.places = mem_array(made.sql, int, (size_t)made.count + 1);
	for (int i = 0; i < made.count; i++)
		made.places[i] = place(stmt, i + 1);
	return made;
}

static sqlite3_stmt *prepare(struct sqlite_rows *r, const char *sql)
{
	struct connection *c = r->connection;
	struct cached *slot = &c->cache[db_hash(sql) % CACHE_SLOTS];
	if (slot->busy || !slot->sql || strcmp(slot->sql, sql) != 0) {
		sqlite3_stmt *made = NULL;
		if (sqlite3_prepare_v3(c->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL) != SQLITE_OK)
			complain(&r->rows.err, c->handle);
		if (slot->busy || !made)
			return made;
		sqlite3_finalize(slot->stmt);
		talloc_free(slot->sql);
		*slot = remember(c, sql, made);
	}
	slot->busy = true;
	r->slot = slot;
	return slot->stmt;
}

static int release(struct sqlite_rows *r)
{
	if (!r->slot) {
		sqlite3_finalize(r->stmt);
		return 0;
	}
	sqlite3_reset(r->stmt);
	sqlite3_clear_bindings(r->stmt);
	r->slot->busy = false;
	return 0;
}

/* The caller's arguments may be gone while it iterates over the rows: text is copied. */
static int bind(const struct sqlite_rows *r, int n, const struct db_value *v)
{
	sqlite3_stmt *stmt = r->stmt;
	int at = !r->slot ? place(stmt, n) : n <= r->slot->count ? r->slot->places[n - 1] : 0;
	if (!at)
		return SQLITE_RANGE;
	switch (v->type) {
	case DB_INT: return sqlite3_bind_int64(stmt, at, v->i);
	case DB_NO_INT: return sqlite3_bind_null(stmt, at);
	case DB_TEXT: return v->p ? sqlite3_bind_text(stmt, at, v->p, -1, SQLITE_TRANSIENT) : sqlite3_bind_null(stmt, at);
	case DB_BLOB:
		return v->p ? sqlite3_bind_blob64(stmt, at, v->p, v->size, SQLITE_TRANSIENT) : sqlite3_bind_null(stmt, at);
	case DB_END: break;
	}
	return SQLITE_MISUSE;
}

static struct db_rows *query(void *handle, const char *sql, const struct db_value *args)
{
	struct connection *c = handle;
	struct sqlite_rows *r = mem_new(c, struct sqlite_rows);
	r->connection = c;
	r->stmt = prepare(r, sql);
	talloc_set_destructor(r, release);
	for (int n = 1; r->stmt && args->type != DB_END; n++, args++) {
		int rc = bind(r, n, args);
		if (rc != SQLITE_OK) {
			error_set(&r->rows.err, ERROR_PERMANENT, "database: parameter $%d of '%s': %s", n, sql, sqlite3_errstr(rc));
			break;
		}
	}
	return &r->rows;
}

static struct sqlite_rows *mine(struct db_rows *rows) { return (struct sqlite_rows *)rows; }

static bool next(struct db_rows *rows)
{
	struct sqlite_rows *r = mine(rows);
	if (!r->stmt)
		return false;
	int rc = sqlite3_step(r->stmt);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		complain(&rows->err, r->connection->handle);
	/* sqlite3_step would run a finished statement again. */
	if (rc == SQLITE_DONE && !r->slot) {
		sqlite3_finalize(r->stmt);
		r->stmt = NULL;
	} else if (rc == SQLITE_DONE) {
		release(r);
		talloc_set_destructor(r, NULL);
		r->stmt = NULL;
	}
	return false;
}

static bool column_null(struct db_rows *rows, int n) { return sqlite3_column_type(mine(rows)->stmt, n) == SQLITE_NULL; }
static int64_t column_int(struct db_rows *rows, int n) { return sqlite3_column_int64(mine(rows)->stmt, n); }
static const char *column_text(struct db_rows *rows, int n) { return (const char *)sqlite3_column_text(mine(rows)->stmt, n); }

static const void *column_blob(struct db_rows *rows, int n, size_t *size)
{
	const void *p = sqlite3_column_blob(mine(rows)->stmt, n);
	*size = (size_t)sqlite3_column_bytes(mine(rows)->stmt, n);
	return p;
}

static int64_t changes(struct db_rows *rows) { return sqlite3_changes64(mine(rows)->connection->handle); }

static int64_t data_version(struct connection *c)
{
	int64_t version = 0;
	if (sqlite3_step(c->version) == SQLITE_ROW)
		version = sqlite3_column_int64(c->version, 0);
	sqlite3_reset(c->version);
	return version;
}

static int64_t version(void *handle)
{
	struct connection *c = handle;
	return data_version(c) << 32 ^ sqlite3_total_changes64(c->handle);
}

static void watch_wal(struct connection *c)
{
	const char *file = sqlite3_db_filename(c->handle, "main");
	if (c->wal >= 0 || !file || !*file)
		return;
	c->wal = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (c->wal >= 0 && inotify_add_watch(c->wal, sqlite3_filename_wal(file), IN_MODIFY) < 0) {
		close(c->wal);
		c->wal = -1;
	}
}

/* Was there a write since the last call? */
static bool was_written(struct connection *c)
{
	char events[4096];
	bool any = false;
	while (c->wal >= 0 && read(c->wal, events, sizeof events) > 0)
		any = true;
	return any;
}

/* Sleeps until fd (-1: none) is readable, at most for ms; false when the caller must stop. */
static bool sleep_for(int fd, int stop_fd, int64_t ms)
{
	struct pollfd fds[] = { { .fd = stop_fd, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	int ready = poll(fds, 2, (int)ms);
	return !(ready > 0 && fds[0].revents) && !(ready < 0 && errno == EINTR);
}

/* Sleeps until the next look is due. */
static bool pause_before_look(struct connection *c, int64_t left, int stop_fd)
{
	bool quiet = c->pause >= QUIET_MS;
	if (!sleep_for(quiet ? c->wal : -1, stop_fd, left < c->pause ? left : c->pause))
		return false;
	bool written = was_written(c);
	if (written && quiet)
		c->pause = SOON_MS;
	else if (written || c->wal < 0)
		c->pause = c->pause * 2 < OFTEN_MS ? c->pause * 2 : OFTEN_MS;
	else
		c->pause = c->pause < SELDOM_MS ? c->pause * 2 : QUIET_MS;
	return true;
}

static bool wait_for(void *handle, int timeout_ms, int stop_fd)
{
	struct connection *c = handle;
	int64_t end = clock_steady() + timeout_ms;
	watch_wal(c);
	for (;;) {
		int64_t now = data_version(c), left = end - clock_steady();
		if (now != c->seen) {
			c->seen = now;
			c->pause = SOON_MS;
			return true;
		}
		if (left <= 0 || !pause_before_look(c, left, stop_fd))
			return false;
	}
}

static const char *file(void *handle) { return sqlite3_db_filename(((struct connection *)handle)->handle, "main"); }

static bool copy_file(void *handle, const char *path, struct error *err)
{
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
	bool fine = script(handle, sql, err);
	sqlite3_free(sql);
	return fine;
}

static const char *word(const char *name)
{
	static const char *const words[][2] = {
		{ "ID", "INTEGER PRIMARY KEY" }, { "INT", "INTEGER" }, { "BLOB", "BLOB" }, { "STRICT", "STRICT" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	return "";
}

/* Into the disk with what the WAL holds: with synchronous=NORMAL only a checkpoint sees to that. */
static bool sync_wal(struct connection *c, struct error *err)
{
	const char *file = sqlite3_db_filename(c->handle, "main");
	if (!file || !*file)
		return true;
	int wal = open(sqlite3_filename_wal(file), O_RDONLY | O_CLOEXEC);
	bool fine = wal < 0 ? errno == ENOENT : fsync(wal) == 0;
	if (!fine)
		error_set(err, ERROR_TEMPORARY, "cannot bring the database to the disk: %s", strerror(errno));
	if (wal >= 0)
		close(wal);
	return fine;
}

/* Checkpoints are rarer too, for pages in the middle of an index are written by many turns; the WAL grows to 130 MB meanwhile. */
static bool bulk(void *handle, bool on, struct error *err)
{
	struct connection *c = handle;
	const char *sql = on ? "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=32000" : "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000";
	return script(c, sql, err) && (on || sync_wal(c, err));
}

const struct db_engine db_sqlite = {
	.name = "sqlite", .open = open_sqlite, .query = query, .next = next, .column_null = column_null,
	.column_int = column_int, .column_text = column_text, .column_blob = column_blob, .changes = changes,
	.script = script, .begin = "BEGIN IMMEDIATE", .begin_rows = "BEGIN IMMEDIATE", .begin_read = "BEGIN", .set_patience = set_patience,
	.bulk = bulk, .version = version, .wait = wait_for, .word = word,
	.columns = "SELECT m.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'int' WHEN 'BLOB' THEN 'blob' ELSE 'text' END, 0"
	           " FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'"
	           " ORDER BY m.name, c.cid",
	.file = file, .copy_file = copy_file, .size = "SELECT page_count * page_size FROM pragma_page_count JOIN pragma_page_size",
	.check = "PRAGMA integrity_check(1)", .settle = "PRAGMA wal_checkpoint(TRUNCATE)",
	.references = "SELECT m.name, f.\"table\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
};
