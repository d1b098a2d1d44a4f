#pragma once
/*
 * db - the database: one SQL text, two engines.
 *
 * Statements are written where they are used, in the dialect that SQLite and
 * PostgreSQL share: $1 parameters, ON CONFLICT, RETURNING, integers for
 * times (milliseconds since 1970) and for booleans.  Parameters are typed,
 * so values are never part of the SQL text.  Prepared statements are cached by
 * their text.  Nothing above this file knows which engine runs; only
 * db_sqlite.c includes sqlite3.h, only those of PostgreSQL libpq-fe.h.
 *
 * One connection belongs to one thread and to at most one process: open it
 * after fork().
 */
#include "gateway/base/db/db_value.h"
#include "gateway/base/text/error.h"

struct db;
struct db_rows;

/* where: a path, or "sqlite:PATH"; the file is made when it is missing.  ":memory:" for tests.  "postgresql://..." is a URL for libpq,
 * TLS and all: an empty database there will do. */
struct db *db_open(void *owner, const char *where, struct error *err);
/* "sqlite" or "postgresql", for people. */
const char *db_engine_name(const struct db *db);
/* Does where name a server, and no file? */
bool db_is_server(const char *where);
/* The file that where names, within where; NULL when it names none. */
const char *db_path(const char *where);
/* where as people may see it: without the password that a URL may hold.  Belongs to owner. */
char *db_shown(void *owner, const char *where);

/*
 * How long a call may wait for what another connection has locked, before it fails with ERROR_TEMPORARY: 20 s unless this is called.  For
 * somebody who has others to serve: once it was waited for in vain, hardly anything is waited for during the next half second.  Reading never
 * waits for writers.
 */
void db_set_patience(struct db *db, int ms);

/*
 * struct db_rows *rows = db_query(db, sql, args);
 * while (db_next(rows)) use db_column_*(rows, n), n from 0;
 * if (!db_finish(rows, err)) return false;
 *
 * Errors of db_query and db_next are kept until db_finish, which must always
 * be called.  Text and blobs are borrowed from the row: copy what must live
 * past db_next.  ERROR_TEMPORARY: the database was busy, or out of reach.  ERROR_EXISTS: a
 * UNIQUE constraint failed.
 */
struct db_rows *db_query(struct db *db, const char *sql, const struct db_value *args);
bool db_next(struct db_rows *rows);
bool db_column_null(struct db_rows *rows, int n);
int64_t db_column_int(struct db_rows *rows, int n);
const char *db_column_text(struct db_rows *rows, int n); /* NULL for SQL NULL */
const void *db_column_blob(struct db_rows *rows, int n, size_t *size);
/* Text as a copy of owner's; NULL for SQL NULL. */
char *db_column_dup(void *owner, struct db_rows *rows, int n);
bool db_finish(struct db_rows *rows, struct error *err);
/* db_finish for a query of one object, which the caller has made from the first row (NULL when db_next was false).  Returns
 * object; NULL after an error, when object is freed, and without a row: ERROR_NOT_FOUND with the text none. */
void *db_finish_one(struct db_rows *rows, void *object, const char *none, struct error *err);

/* Runs a statement for its effect. */
bool db_run(struct db *db, const char *sql, const struct db_value *args, struct error *err);
/* Inside a transaction: the same for each of count sets of parameters, which lie behind one another, stride values each with DB_END as the
 * last and the same types.  With a server it costs one journey, not count. */
bool db_run_each(struct db *db, const char *sql, const struct db_value *sets, size_t stride, size_t count, struct error *err);
/* db_run; *changed is the number of rows that it inserted, changed or deleted. */
bool db_change(struct db *db, const char *sql, const struct db_value *args, int64_t *changed, struct error *err);
/* The first column of the first row ("... RETURNING id", "SELECT count(*) ..."); ERROR_NOT_FOUND without a row. */
bool db_get_int(struct db *db, const char *sql, const struct db_value *args, int64_t *value, struct error *err);
/* The same for text, copied for owner (NULL for SQL NULL); ERROR_NOT_FOUND without a row. */
bool db_get_text(void *owner, struct db *db, const char *sql, const struct db_value *args, char **value, struct error *err);

/*
 * A check inside a transaction stays true until its commit (SQLite: it holds
 * the write lock from the beginning; PostgreSQL: it is serializable, and fails
 * with ERROR_TEMPORARY when another one was in its way).  Transactions nest:
 * only the outermost begin and commit reach the engine, and a rollback anywhere
 * rolls back all.  From then on every call fails with ERROR_TEMPORARY until the
 * outermost has ended: each db_begin that returned true needs its db_commit or
 * db_rollback.  db_commit returning true means that the data is on disk.
 */
bool db_begin(struct db *db, struct error *err);
/*
 * The same for a transaction whose statements do not lean on one another: each claims its rows by db_skip_locked, or repeats in its WHERE what
 * must be true of the rows that it changes.  It never fails because of what others do meanwhile.  Inside another transaction: db_begin.
 */
bool db_begin_rows(struct db *db, struct error *err);
/* The same for reading only: every statement sees the database as of one moment, while others go on writing. */
bool db_begin_read(struct db *db, struct error *err);
bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
/* Ends the transaction: db_commit when fine, else db_rollback; err is then the caller's.  Returns whether it was committed. */
bool db_end(struct db *db, bool fine, struct error *err);

/* Did anything fail since the last call because of what others wrote at that moment?  All of its transaction is undone, and the same once
 * more may go well. */
bool db_raced(struct db *db);
/*
 * For a transaction that has failed, and can be done again from its beginning: is it worth that?  *races is 0 before the first try.  Only
 * for the outermost one, and some times; with a pause, so that the others get ahead.
 */
bool db_again(struct db *db, int *races);
/* What change does with context, in a transaction; the whole once more, as db_again says, when it lost a race.  So change leaves nothing but
 * rows behind when it fails. */
bool db_transact(struct db *db, bool (*change)(void *context, struct error *err), void *context, struct error *err);
/* When the connection to the server was last there again after it had been lost, by the steady clock; 0: it never was lost. */
int64_t db_returned(const struct db *db);

/*
 * A long work is cut into short transactions, so that other writers, a reader's sign-up among them, need not wait for its end.  Each
 * leaves the data right when the process dies after it:
 *
 *   while (fine && i < count) {
 *       fine = db_begin(db, err);
 *       ... at least one row, and more while (!db_turn_over(db, rows_so_far)), then db_end ...
 *       db_give_way(db);
 *   }
 *
 * db_turn_over: has the open transaction written so many rows, or taken so long, that it must end?  db_give_way, after the commit:
 * a pause in which another writer gets its turn, where only one may write at a time.  Nothing inside a transaction.
 */
bool db_turn_over(const struct db *db, size_t rows);
void db_give_way(const struct db *db);
/*
 * Around such a work of many thousand turns that somebody can begin again, such as an import: what is committed in between lasts a death of
 * the process, but a loss of power may take the last turns back; what db_bulk_end has returned true for lasts that too.  Only this
 * connection is changed.
 */
bool db_bulk_begin(struct db *db, struct error *err);
bool db_bulk_end(struct db *db, struct error *err);

/*
 * sql, a SELECT of rows that the caller will claim in the same transaction, so that others who claim at that moment get other rows instead
 * of waiting for these; table is their alias in sql.  Belongs to owner.
 */
char *db_skip_locked(void *owner, const struct db *db, const char *sql, const char *table);

/*
 * A number that connections which may write at the same moment hardly ever share; 0 where only one may.  Rows that everybody adds to are
 * kept apart by it, so that nobody waits for such a row, and are summed up by who reads them.
 */
int64_t db_slot(const struct db *db);

/* What all of it takes on the disk, in bytes. */
bool db_size(struct db *db, int64_t *bytes, struct error *err);
/* Is what lies on the disk sound?  Reads all of an SQLite file; a server sees to that itself. */
bool db_check(struct db *db, struct error *err);

/* Brings all that was committed into the one file, which is then whole without the others beside it; on a server, nothing. */
bool db_settle(struct db *db, struct error *err);

/* Applies the embedded files PREFIX*.sql that were not applied yet, in order of name, each in a transaction.  ERROR_PERMANENT, and nothing is
 * changed, when the database has files applied that are not embedded here. */
bool db_migrate(struct db *db, const char *prefix, struct error *err);
/* The first of these files that db_migrate would apply, or NULL; *fresh: none was applied yet.  Fails as db_migrate does. */
bool db_missing(struct db *db, const char *prefix, const char **first, bool *fresh, struct error *err);

/*
 * Waits until another connection commits, until timeout_ms has passed, or
 * until stop_fd becomes readable (-1: none).  Returns true when there was a
 * commit.  A commit made between two calls is not missed; of many in a row it
 * tells about twenty times a second.
 */
bool db_wait(struct db *db, int timeout_ms, int stop_fd);
/* A number that changes with every commit of another connection and with our own. */
int64_t db_version(struct db *db);
