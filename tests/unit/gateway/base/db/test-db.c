#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct error err;

static void values(struct db *db)
{
	int64_t n = 0;
	char *s = NULL;
	ok(db_run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c BLOB)", DB_NONE, &err), "a table");
	ok(db_get_int(db, "INSERT INTO t (b, a, c) VALUES ($2, $1, $3) RETURNING id",
	              DB_ARGS(db_int(7), db_text("seven"), db_blob("x\0y", 3)), &n, &err), "parameters go by number, not by place");
	is_int(n, 1, "and RETURNING gives the id");
	ok(db_get_text(db, db, "SELECT b FROM t WHERE a = $1 OR a = $1 + 1", DB_ARGS(db_int(7)), &s, &err), "one parameter, twice");
	is(s, "seven", "text comes back");
	struct db_rows *rows = db_query(db, "SELECT c, NULL FROM t", DB_NONE);
	size_t size = 0;
	ok(db_next(rows) && memcmp(db_column_blob(rows, 0, &size), "x\0y", 3) == 0 && size == 3, "a blob keeps its NUL");
	ok(db_column_null(rows, 1) && !db_column_text(rows, 1), "NULL is NULL");
	ok(!db_next(rows) && !db_next(rows), "past the end it stays at the end");
	ok(db_finish(rows, &err), "and that is no error");
	err.kind = 0;
	ok(!db_get_int(db, "SELECT a FROM t WHERE a = 9", DB_NONE, &n, &err) && err.kind == ERROR_NOT_FOUND, "no row is NOT_FOUND");
	ok(!db_run(db, "SELEC", DB_NONE, &err) && err.kind == ERROR_PERMANENT, "bad SQL is an error, not a crash");
	ok(!db_run(db, "SELECT 1", DB_ARGS(db_int(1)), &err), "a parameter too many is an error");
	ok(db_run(db, "CREATE UNIQUE INDEX u ON t (a)", DB_NONE, &err) &&
	   !db_run(db, "INSERT INTO t (a) VALUES (7)", DB_NONE, &err) && err.kind == ERROR_EXISTS, "a UNIQUE constraint says EXISTS");
	ok(db_change(db, "UPDATE t SET a = 8", DB_NONE, &n, &err) && n == 1, "changes are counted");
}

static void nested_queries(struct db *db)
{
	const char *sql = "SELECT value FROM json_each('[1,2,3]')";
	struct db_rows *outer = db_query(db, sql, DB_NONE);
	int total = 0;
	while (db_next(outer)) {
		struct db_rows *inner = db_query(db, sql, DB_NONE);
		while (db_next(inner))
			total += (int)(db_column_int(outer, 0) * db_column_int(inner, 0));
		db_finish(inner, &err);
	}
	ok(db_finish(outer, &err) && total == 36, "the same statement may run inside itself");
}

static char *text_of(struct db *db, const char *sql)
{
	struct db_rows *rows = db_query(db, sql, DB_NONE);
	return db_finish_one(rows, db_next(rows) ? db_column_dup(db, rows, 0) : NULL, "there is no such text", &err);
}

static void one_object(struct db *db)
{
	is(text_of(db, "SELECT 'seven'"), "seven", "the object of the first row");
	ok(!text_of(db, "SELECT 1 WHERE 0") && err.kind == ERROR_NOT_FOUND && strcmp(err.text, "there is no such text") == 0, "or NOT_FOUND");
	ok(!text_of(db, "SELEC") && err.kind == ERROR_PERMANENT, "or the error of the query");
}

static void transactions(struct db *db)
{
	int64_t n = -1;
	ok(db_begin(db, &err) && db_begin(db, &err) && db_run(db, "INSERT INTO t (a) VALUES (100)", DB_NONE, &err) &&
	   db_commit(db, &err), "transactions nest");
	db_rollback(db);
	db_get_int(db, "SELECT count(*) FROM t WHERE a = 100", DB_NONE, &n, &err);
	is_int(n, 0, "a rollback takes back what the inner one had done");
	ok(!db_commit(db, &err), "a commit without a transaction fails");
	ok(db_begin(db, &err) && !db_end(db, !db_run(db, "INSERT INTO t (a) VALUES (101)", DB_NONE, &err), &err) &&
	   db_get_int(db, "SELECT count(*) FROM t WHERE a = 101", DB_NONE, &n, &err) && n == 0, "db_end rolls back what failed");
	ok(db_begin(db, &err) && db_end(db, db_run(db, "INSERT INTO t (a) VALUES (101)", DB_NONE, &err), &err) &&
	   db_get_int(db, "SELECT count(*) FROM t WHERE a = 101", DB_NONE, &n, &err) && n == 1, "and commits what did not");
}

/* A child commits when told to. */
static pid_t committer(const char *path, int go)
{
	pid_t child = fork();
	if (child == 0) {
		char c;
		struct db *other = db_open(NULL, path, &err);
		if (read(go, &c, 1) == 1)
			db_run(other, "INSERT INTO t (a) VALUES (555)", DB_NONE, &err);
		talloc_free(other);
		_exit(0);
	}
	return child;
}

static void waking(const char *path, struct db *db)
{
	int go[2];
	if (pipe(go) != 0)
		abort();
	pid_t child = committer(path, go[0]);
	db_wait(db, 0, -1);
	ok(!db_wait(db, 20, -1), "without a commit db_wait times out");
	int64_t before = db_version(db);
	if (write(go[1], "x", 1) != 1)
		abort();
	ok(db_wait(db, 10000, -1), "a commit of another process wakes db_wait");
	ok(db_version(db) != before, "and the version has changed");
	waitpid(child, NULL, 0);
	close(go[1]);
	int64_t start = clock_now();
	ok(!db_wait(db, 60000, go[0]) && clock_now() - start < 30000, "a stop_fd at its end ends the wait");
}

int main(void)
{
	void *t = talloc_new(NULL);
	char dir[] = "/tmp/pennypost-db-XXXXXX";
	if (!mkdtemp(dir))
		abort();
	char *path = mem_printf(t, "%s/a.db", dir);
	struct db *db = db_open(t, path, &err);
	ok(db != NULL, "a database opens");
	struct stat st;
	ok(stat(path, &st) == 0 && (st.st_mode & 077) == 0, "and only its owner may read it");
	values(db);
	nested_queries(db);
	one_object(db);
	transactions(db);
	waking(path, db);
	ok(!db_open(t, "/nonexistent/dir/a.db", &err), "a path that cannot be is refused");
	talloc_free(t);
	char *clean = mem_printf(NULL, "rm -r %s", dir);
	ok(system(clean) == 0, "and the files go");
	talloc_free(clean);
	return tap_done();
}
