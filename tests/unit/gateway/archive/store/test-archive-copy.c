/* Every pair of the engines that are there: always SQLite, and with TEST_DATABASE PostgreSQL. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;
static const char *url;
static char folder[] = "/tmp/pennypost-copy-XXXXXX";

/* Where an empty database is, of one engine or the other. */
static const char *empty(void *t, bool server)
{
	static int count;
	if (!server)
		return mem_printf(t, "%s/%d.db", folder, ++count);
	const char *schema = mem_printf(t, "copy_%d_%d", (int)getpid(), ++count);
	struct db *db = db_open(t, url, &err);
	fixture_must(db && db_run(db, mem_printf(t, "CREATE SCHEMA %s", schema), DB_NONE, &err), &err);
	talloc_free(db);
	return mem_printf(t, "%s&options=-csearch_path%%3D%s", url, schema);
}

static const char awkward[] = "a tab\t, a line\n and \r, a \\ and \\N, quotes ' \", \xC3\xA9 \xF0\x9F\x93\xAC";

static void fill(void *t, struct db *db)
{
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	for (int i = 0; i < 3; i++)
		fixture_post(db, p->id, mem_printf(t, "post %d", i), mem_printf(t, "<p>%s %d</p>", awkward, i), 1000 + i, i == 2);
	fixture_must(db_run(db, "INSERT INTO inbox (id, head, body, received, state, tries, next_try) VALUES (7000, $1, $2, $3, 0, 0, NULL), (7, '', $4, $5, 0, 0, 1)",
	                    DB_ARGS(db_text(awkward), db_blob("\0\xFF\\\n", 4), db_int(INT64_MIN), db_blob("", 0), db_int(INT64_MAX)), &err), &err);
	for (int i = 0; i < 1300; i++)
		fixture_must(db_run(db, "INSERT INTO activity_seen (activity, actor, seen) VALUES ($1, 'x', $2)", DB_ARGS(db_text(mem_printf(t, "https://a.example/%d", i)),
		                    db_int(i)), &err), &err);
}

static struct db_copy *whole(void *t, struct db *from, struct db *to)
{
	struct db_copy *c = archive_copy(t, from, to, &err);
	while (c && db_copy_next(c)) {}
	return c && db_copy_finish(c, &err) ? c : NULL;
}

static const struct db_copy_table *table(const struct db_copy *c, const char *name)
{
	for (size_t i = 0; i < talloc_array_length(c->tables); i++)
		if (strcmp(c->tables[i].name, name) == 0)
			return &c->tables[i];
	abort();
}

static void values(void *t, struct db *db)
{
	char *text = NULL;
	int64_t n = 0;
	size_t size;
	ok(db_get_text(t, db, "SELECT head FROM inbox WHERE id = 7000", DB_NONE, &text, &err), "a text came");
	is(text, awkward, "as it was");
	struct db_rows *rows = db_query(db, "SELECT body, next_try FROM inbox ORDER BY id DESC", DB_NONE);
	ok(db_next(rows) && memcmp(db_column_blob(rows, 0, &size), "\0\xFF\\\n", 4) == 0 && size == 4 && db_column_null(rows, 1), "a blob, and NULL");
	ok(db_next(rows) && !db_column_null(rows, 0) && db_column_blob(rows, 0, &size) != (void *)1 && size == 0 && db_column_int(rows, 1) == 1, "a blob of no bytes is not NULL");
	db_finish(rows, &err);
	ok(db_get_int(db, "SELECT received FROM inbox WHERE id = 7000", DB_NONE, &n, &err) && n == INT64_MIN, "an integer of 64 bits");
	ok(db_get_int(db, "INSERT INTO inbox (head, body, received, state, tries) VALUES ('', $1, 1, 0, 0) RETURNING id", DB_ARGS(db_blob("x", 1)), &n, &err) && n == 7001,
	   "a new row gets a number above all others");
}

static void there_and_back(void *t, bool a, bool b)
{
	const char *at_a = empty(t, a), *at_b = empty(t, b), *at_c = empty(t, a);
	struct db *from = archive_open(t, at_a, &err), *to = db_open(t, at_b, &err), *back = db_open(t, at_c, &err);
	fill(t, from);
	struct db_copy *there = whole(t, from, to);
	if (!ok(there != NULL, mem_printf(t, "%s to %s", db_engine_name(from), db_engine_name(to))))
		printf("# %s\n", err.text);
	is_int(table(there, "activity_seen")->rows, 1300, "all rows of a table");
	struct db_copy *again = whole(t, to, back);
	ok(again && talloc_array_length(again->tables) == talloc_array_length(there->tables), "and back");
	for (size_t i = 0; i < talloc_array_length(there->tables); i++)
		is(table(again, there->tables[i].name)->hash, there->tables[i].hash, there->tables[i].name);
	values(t, back);
	values(t, to);
	ok(!whole(t, from, to) && err.kind == ERROR_EXISTS && strstr(err.text, "not empty"), "a target that is not empty is refused");
	talloc_free(from);
	talloc_free(to);
	talloc_free(back);
}

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static void one_moment(void *t, bool a, bool b)
{
	const char *at = empty(t, a);
	struct db *from = archive_open(t, at, &err), *writer = db_open(t, at, &err), *to = db_open(t, empty(t, b), &err);
	fill(t, from);
	struct db_copy *c = archive_copy(t, from, to, &err);
	ok(c && db_copy_next(c), "a copy begins");
	ok(db_run(writer, "DELETE FROM activity_seen WHERE seen < 100", DB_NONE, &err) && db_run(writer, "UPDATE publication SET name = 'New'", DB_NONE, &err),
	   "others write meanwhile, and need not wait");
	while (db_copy_next(c)) {}
	ok(db_copy_finish(c, &err) && count(to, "SELECT count(*) FROM activity_seen") == 1300 && count(to, "SELECT count(*) FROM publication WHERE name = 'New'") == 0,
	   "the copy is of the moment at which it began");
	talloc_free(writer);
	talloc_free(from);
	talloc_free(to);
}

static void failures(void *t, bool a, bool b)
{
	const char *there = empty(t, b);
	struct db *from = archive_open(t, empty(t, a), &err), *to = db_open(t, there, &err);
	fill(t, from);
	struct db_copy *c = archive_copy(t, from, to, &err);
	ok(c && db_copy_next(c) && !db_copy_finish(c, &err) && err.kind == ERROR_TEMPORARY, "a copy that is stopped says so");
	is_int(count(to, "SELECT count(*) FROM publication"), -1, "and the target is as empty as it was");
	c = archive_copy(t, from, to, &err);
	while (c && !c->verifying && db_copy_next(c)) {}
	ok(c && db_run(to, "UPDATE activity_seen SET seen = 8 WHERE seen = 7", DB_NONE, &err), "a row that is not as it was read");
	while (db_copy_next(c)) {}
	ok(!db_copy_finish(c, &err) && strstr(err.text, "'activity_seen': the copy differs"), "is found, and nothing is copied");
	ok(db_run(from, "CREATE TABLE tomorrow (name TEXT PRIMARY KEY)", DB_NONE, &err) && !whole(t, from, to) && strstr(err.text, "'tomorrow'"),
	   "a table that the program does not know is named, not left out");
	ok(db_run(from, "DROP TABLE tomorrow", DB_NONE, &err) && whole(t, from, to), "then the copy is made after all");
	struct db *other = db_open(t, empty(t, b), &err);
	ok(db_run(other, "CREATE TABLE orders (id BIGINT)", DB_NONE, &err) && !whole(t, from, other) && err.kind == ERROR_EXISTS && strstr(err.text, "'orders'"),
	   "the database of another program is refused");
	struct db *ready = archive_open(t, empty(t, b), &err);
	ok(whole(t, from, ready), "one that has the schema and nothing in it is empty too");
	talloc_free(from);
	talloc_free(to);
	talloc_free(other);
	talloc_free(ready);
}

int main(void)
{
	void *t = talloc_new(NULL);
	url = getenv("TEST_DATABASE");
	if (!mkdtemp(folder))
		abort();
	for (int pair = 0; pair < (url ? 4 : 1); pair++) {
		there_and_back(t, pair & 1, pair & 2);
		one_moment(t, pair & 1, pair & 2);
		failures(t, pair & 1, pair & 2);
	}
	ok(system(mem_printf(t, "rm -r %s", folder)) == 0, "and the files go");
	talloc_free(t);
	return tap_done();
}
