/*
 * The engine for several machines.  Transactions of db_begin are SERIALIZABLE:
 * what a statement checked stays true until the commit, or the commit fails
 * with ERROR_TEMPORARY.  Those of db_begin_rows, and statements alone, are READ
 * COMMITTED: senders would be in each other's way all the time, for each reads
 * the rows that the others change.
 */
#include "gateway/base/db/db_engine.h"
#include "gateway/base/db/postgres_arguments.h"
#include "gateway/base/db/postgres_each.h"
#include "gateway/base/db/postgres_error.h"
#include "gateway/base/db/postgres_listen.h"
#include "gateway/base/db/postgres_load.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLOTS = 1024, REPEATS = 20, REPEAT_MS = 2 };
#define FIRST_PAUSE INT64_C(100)
#define LONGEST_PAUSE (10 * CLOCK_SECOND)

#define BEGIN "BEGIN ISOLATION LEVEL SERIALIZABLE"
#define BEGIN_ROWS "BEGIN ISOLATION LEVEL READ COMMITTED"
#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define LOST "database: the connection broke within a transaction"

/* Statements that were prepared, by hash of their text and their parameters' types; a collision evicts. */
struct prepared {
	char *key;
	unsigned number; /* its name is "s" and this */
};

struct connection {
	PGconn *pg;
	struct prepared prepared[SLOTS];
	unsigned count;
	bool in_transaction; /* between BEGIN and its end, as the caller sees it */
	bool lost;           /* the connection broke inside of it */
	bool wrote;          /* rows were changed in it */
	bool raced;          /* a statement met another writer since this was asked */
	struct postgres_listener commits;
	int64_t own;         /* commits of this one that changed rows */
	int patience;        /* ms, or 0: the server's own */
	int64_t pause, next_try, returned; /* steady times: of reconnecting, and when that last succeeded */
};

struct postgres_rows {
	struct db_rows rows;
	struct connection *connection;
	PGresult *result;
	int row;        /* the current one, from 0 */
	int64_t changed;
	unsigned char **blobs; /* of the current row, for columns that were asked for */
};

static const struct postgres_arguments no_arguments;

static int disconnect(struct connection *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	return 0;
}

static void ignore_notice(void *cls, const char *message)
{
	(void)cls;
	(void)message;
}

static void apply_patience(const struct connection *c)
{
	char sql[64];
	snprintf(sql, sizeof sql, "SET lock_timeout = %d", c->patience);
	if (c->patience)
		PQclear(PQexec(c->pg, sql));
}

/* The last of the statements is for who listens. */
static bool set_up(struct connection *c, struct error *err)
{
	static const char *const sql[] = {
		"SET client_encoding = 'UTF8'", "SET standard_conforming_strings = on", POSTGRES_LISTEN,
	};
	for (size_t i = 0; i < sizeof sql / sizeof *sql - !c->commits.listens; i++) {
		PGresult *r = PQexec(c->pg, sql[i]);
		bool fine = PQresultStatus(r) == PGRES_COMMAND_OK;
		if (!fine)
			postgres_complain(err, ERROR_TEMPORARY, PQerrorMessage(c->pg));
		PQclear(r);
		if (!fine)
			return false;
	}
	apply_patience(c);
	return true;
}

static bool raced(void *handle)
{
	struct connection *c = handle;
	bool was = c->raced;
	c->raced = false;
	return was;
}

static int64_t returned(void *handle) { return ((struct connection *)handle)->returned; }

static void set_patience(void *handle, int ms)
{
	struct connection *c = handle;
	c->patience = ms;
	apply_patience(c);
}

static void forget_prepared(struct connection *c)
{
	for (size_t i = 0; i < SLOTS; i++)
		TALLOC_FREE(c->prepared[i].key);
}

static void *open_postgres(void *owner, const char *where, struct error *err)
{
	struct connection *c = mem_new(owner, struct connection);
	const char *const names[] = { "dbname", "fallback_application_name", NULL }, *const values[] = { where, "pennypost", NULL };
	c->pg = PQconnectdbParams(names, values, 1);
	talloc_set_destructor(c, disconnect);
	PQsetNoticeProcessor(c->pg, ignore_notice, NULL);
	if (PQstatus(c->pg) != CONNECTION_OK)
		postgres_complain(err, ERROR_TEMPORARY, PQerrorMessage(c->pg));
	else if (set_up(c, err))
		return c;
	error_prefix(err, "cannot use the PostgreSQL server: ");
	talloc_free(c);
	return NULL;
}

/* Connects again when the connection broke, ever more seldom while that fails. */
static bool connected(struct connection *c, struct error *err)
{
	if (PQstatus(c->pg) == CONNECTION_OK)
		return true;
	if (c->in_transaction) {
		c->lost = true;
		return error_set(err, ERROR_TEMPORARY, LOST);
	}
	int64_t now = clock_steady();
	if (now < c->next_try)
		return error_set(err, ERROR_TEMPORARY, "database: the server does not answer");
	PQreset(c->pg);
	forget_prepared(c);
	/* What was committed meanwhile was not heard of. */
	c->commits.heard++;
	if (PQstatus(c->pg) == CONNECTION_OK && set_up(c, err)) {
		c->pause = c->next_try = 0;
		c->returned = clock_steady();
		return true;
	}
	c->pause = !c->pause ? FIRST_PAUSE : c->pause * 2 > LONGEST_PAUSE ? LONGEST_PAUSE : c->pause * 2;
	c->next_try = now + c->pause;
	return postgres_complain(err, ERROR_TEMPORARY, PQerrorMessage(c->pg));
}

/* The name of the statement, prepared if it is not yet; false with the server's answer in *failed. */
static bool prepare(struct connection *c, const char *sql, const struct postgres_arguments *a, char name[16], PGresult **failed)
{
	char *key = postgres_arguments_key(c, a, sql);
	struct prepared *p = &c->prepared[db_hash(key) % SLOTS];
	if (p->key && strcmp(p->key, key) == 0) {
		snprintf(name, 16, "s%u", p->number);
		talloc_free(key);
		return true;
	}
	if (p->key) {
		snprintf(name, 16, "s%u", p->number);
		char deallocate[40];
		snprintf(deallocate, sizeof deallocate, "DEALLOCATE %s", name);
		PQclear(PQexec(c->pg, deallocate));
		TALLOC_FREE(p->key);
	}
	snprintf(name, 16, "s%u", ++c->count);
	PGresult *r = PQprepare(c->pg, name, sql, a->count, a->types);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		*failed = r;
		talloc_free(key);
		return false;
	}
	PQclear(r);
	*p = (struct prepared){ key, c->count };
	return true;
}

static PGresult *ask(struct connection *c, const char *sql, const struct postgres_arguments *a)
{
	char name[16];
	PGresult *failed = NULL;
	/* BEGIN and the like, which PostgreSQL does not prepare in a failed transaction. */
	if (a == &no_arguments)
		return PQexec(c->pg, sql);
	if (!prepare(c, sql, a, name, &failed))
		return failed;
	return PQexecPrepared(c->pg, name, a->count, a->values, a->sizes, a->formats, 0);
}

static bool went_well(const PGresult *r) { return PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK; }

/* serialization_failure, deadlock_detected */
static bool met_another(const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	return state && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
}

/* A statement alone that met another writer.  A COMMIT that did has lost its transaction: once more, it would commit nothing, and succeed. */
static bool worth_repeating(const struct connection *c, const struct postgres_arguments *a, const PGresult *r)
{
	return !c->in_transaction && a != &no_arguments && met_another(r);
}

/* Others hear of a commit by a notification. */
static void tell_others(struct connection *c)
{
	PQclear(PQexec(c->pg, POSTGRES_NOTIFY));
}

static void pause_before(int n)
{
	struct timespec t = { 0, (long)(REPEAT_MS * n) * 1000000L };
	nanosleep(&t, NULL);
}

static void run(struct postgres_rows *r, const char *sql, const struct postgres_arguments *a)
{
	struct connection *c = r->connection;
	for (int n = 1;; n++) {
		r->result = ask(c, sql, a);
		if (n == REPEATS || !worth_repeating(c, a, r->result))
			break;
		PQclear(r->result);
		pause_before(n);
	}
	c->raced |= met_another(r->result);
	if (!went_well(r->result)) {
		postgres_complain(&r->rows.err, postgres_kind(PQresultErrorField(r->result, PG_DIAG_SQLSTATE)), PQresultErrorMessage(r->result));
		return;
	}
	const char *changed = PQcmdTuples(r->result);
	r->changed = text_starts(sql, "SELECT") ? 0 : strtoll(changed, NULL, 10);
	if (r->changed > 0 && c->in_transaction) {
		c->wrote = true;
	} else if (r->changed > 0) {
		c->own++;
		tell_others(c);
	}
}

static bool run_portion(struct connection *c, const char *sql, const struct postgres_arguments *sets, size_t count, struct error *err)
{
	char name[16];
	PGresult *failed = NULL;
	if (prepare(c, sql, sets, name, &failed))
		failed = postgres_run_each(c->pg, name, sets, count);
	bool fine = !failed;
	if (!fine) {
		c->raced |= met_another(failed);
		postgres_complain(err, postgres_kind(PQresultErrorField(failed, PG_DIAG_SQLSTATE)), PQresultErrorMessage(failed));
	}
	PQclear(failed);
	return fine;
}

static bool run_each(void *handle, const char *sql, const struct db_value *sets, size_t stride, size_t count, struct error *err)
{
	struct connection *c = handle;
	struct postgres_arguments *taken = mem_array(NULL, struct postgres_arguments, count < POSTGRES_EACH_MAX ? count : POSTGRES_EACH_MAX);
	bool fine = connected(c, err);
	for (size_t from = 0, n; fine && from < count; from += n) {
		n = count - from < POSTGRES_EACH_MAX ? count - from : POSTGRES_EACH_MAX;
		for (size_t i = 0; fine && i < n; i++)
			fine = postgres_arguments_take(&taken[i], sql, sets + (from + i) * stride, err);
		fine = fine && run_portion(c, sql, taken, n, err);
	}
	c->wrote = true;
	talloc_free(taken);
	return fine;
}

static void begin(struct postgres_rows *r, const char *sql)
{
	struct connection *c = r->connection;
	if (!connected(c, &r->rows.err))
		return;
	run(r, sql, &no_arguments);
	c->in_transaction = !r->rows.err.kind;
}

/* The caller's transaction is over, however it ended. */
static void forget_transaction(struct connection *c) { c->in_transaction = c->lost = c->wrote = false; }

static void commit(struct postgres_rows *r)
{
	struct connection *c = r->connection;
	bool lost = c->lost || PQstatus(c->pg) != CONNECTION_OK || PQtransactionStatus(c->pg) == PQTRANS_IDLE, wrote = c->wrote;
	bool tells = wrote && !lost && PQtransactionStatus(c->pg) == PQTRANS_INTRANS;
	forget_transaction(c);
	if (lost) {
		error_set(&r->rows.err, ERROR_TEMPORARY, LOST);
		return;
	}
	run(r, tells ? POSTGRES_NOTIFY "; COMMIT" : "COMMIT", &no_arguments);
	/* A COMMIT of what has failed is a ROLLBACK, and no error of the server's. */
	if (!r->rows.err.kind && strcmp(PQcmdStatus(r->result), "ROLLBACK") == 0)
		error_set(&r->rows.err, ERROR_TEMPORARY, "database: the transaction was rolled back");
	c->own += wrote && !r->rows.err.kind;
}

static void rollback(struct postgres_rows *r)
{
	struct connection *c = r->connection;
	bool lost = c->lost || PQstatus(c->pg) != CONNECTION_OK;
	forget_transaction(c);
	if (!lost)
		run(r, "ROLLBACK", &no_arguments);
}

static int release(struct postgres_rows *r)
{
	for (int i = 0; r->blobs && i < PQnfields(r->result); i++)
		PQfreemem(r->blobs[i]);
	PQclear(r->result);
	postgres_hear(&r->connection->commits, r->connection->pg);
	return 0;
}

static struct db_rows *query(void *handle, const char *sql, const struct db_value *args)
{
	struct connection *c = handle;
	struct postgres_rows *r = mem_new(c, struct postgres_rows);
	struct postgres_arguments a;
	r->connection = c;
	r->row = -1;
	talloc_set_destructor(r, release);
	if (strcmp(sql, BEGIN) == 0 || strcmp(sql, BEGIN_ROWS) == 0 || strcmp(sql, BEGIN_READ) == 0)
		begin(r, sql);
	else if (strcmp(sql, "COMMIT") == 0)
		commit(r);
	else if (strcmp(sql, "ROLLBACK") == 0)
		rollback(r);
	else if (c->lost)
		error_set(&r->rows.err, ERROR_TEMPORARY, LOST);
	else if (connected(c, &r->rows.err) && postgres_arguments_take(&a, sql, args, &r->rows.err))
		run(r, sql, &a);
	return &r->rows;
}

static struct postgres_rows *mine(struct db_rows *rows) { return (struct postgres_rows *)rows; }

static bool next(struct db_rows *rows)
{
	struct postgres_rows *r = mine(rows);
	for (int i = 0; r->blobs && i < PQnfields(r->result); i++) {
		PQfreemem(r->blobs[i]);
		r->blobs[i] = NULL;
	}
	int count = PQntuples(r->result);
	if (r->row < count)
		r->row++;
	return r->row < count;
}

static bool column_null(struct db_rows *rows, int n) { return PQgetisnull(mine(rows)->result, mine(rows)->row, n); }

static const char *column_text(struct db_rows *rows, int n)
{
	return column_null(rows, n) ? NULL : PQgetvalue(mine(rows)->result, mine(rows)->row, n);
}

static int64_t column_int(struct db_rows *rows, int n)
{
	const char *text = column_text(rows, n);
	return text ? strtoll(text, NULL, 10) : 0;
}

static const void *column_blob(struct db_rows *rows, int n, size_t *size)
{
	struct postgres_rows *r = mine(rows);
	const char *text = column_text(rows, n);
	*size = 0;
	if (!text)
		return NULL;
	if (!r->blobs)
		r->blobs = mem_array(r, unsigned char *, (size_t)PQnfields(r->result));
	PQfreemem(r->blobs[n]);
	return r->blobs[n] = PQunescapeBytea((const unsigned char *)text, size);
}

static int64_t changes(struct db_rows *rows) { return mine(rows)->changed; }

static bool script(void *handle, const char *sql, struct error *err)
{
	struct connection *c = handle;
	if (!connected(c, err))
		return false;
	PGresult *r = PQexec(c->pg, sql);
	bool fine = went_well(r);
	if (!fine)
		postgres_complain(err, postgres_kind(PQresultErrorField(r, PG_DIAG_SQLSTATE)), PQresultErrorMessage(r));
	PQclear(r);
	c->wrote |= c->in_transaction;
	return fine;
}

static int64_t version(void *handle)
{
	struct connection *c = handle;
	struct error ignored;
	/* Without a connection nothing is known: no two answers are the same. */
	if (connected(c, &ignored))
		postgres_listen(&c->commits, c->pg, c->in_transaction);
	else
		c->commits.heard++;
	return c->commits.heard << 32 ^ c->own;
}

static bool wait_for(void *handle, int timeout_ms, int stop_fd)
{
	struct connection *c = handle;
	struct error ignored;
	int64_t end = clock_steady() + timeout_ms;
	for (;;) {
		bool up = connected(c, &ignored);
		int64_t left = end - clock_steady();
		if (up)
			postgres_listen(&c->commits, c->pg, c->in_transaction);
		if (c->commits.heard != c->commits.seen) {
			c->commits.seen = c->commits.heard;
			return true;
		}
		if (left <= 0)
			return false;
		struct pollfd fds[] = { { .fd = stop_fd, .events = POLLIN }, { .fd = up ? PQsocket(c->pg) : -1, .events = POLLIN } };
		int ready = poll(fds, 2, !up && left > FIRST_PAUSE ? (int)FIRST_PAUSE : (int)left);
		if ((ready > 0 && fds[0].revents) || (ready < 0 && errno == EINTR))
			return false;
	}
}

static bool load_begin(void *handle, const char *table, const char *columns, struct error *err)
{
	struct connection *c = handle;
	c->wrote |= c->in_transaction;
	return connected(c, err) && postgres_load_begin(c->pg, table, columns, err);
}

static bool load_row(void *handle, const struct db_value *row, struct error *err)
{
	return postgres_load_row(((struct connection *)handle)->pg, row, err);
}

static bool load_end(void *handle, struct error *err) { return postgres_load_end(((struct connection *)handle)->pg, err); }

static const char *word(const char *name)
{
	static const char *const words[][2] = {
		{ "ID", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" }, { "INT", "BIGINT" }, { "BLOB", "BYTEA" }, { "STRICT", "" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	return "";
}

const struct db_engine db_postgres = {
	.name = "postgresql", .open = open_postgres, .query = query, .next = next, .column_null = column_null,
	.column_int = column_int, .column_text = column_text, .column_blob = column_blob, .run_each = run_each, .changes = changes,
	.script = script, .begin = BEGIN, .begin_rows = BEGIN_ROWS, .begin_read = BEGIN_READ, .skips_locked = true, .set_patience = set_patience,
	.raced = raced, .returned = returned, .version = version, .wait = wait_for, .word = word,
	.columns = "SELECT c.relname, a.attname, CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'int' WHEN 'bytea' THEN 'blob' ELSE 'text' END,"
	           " CASE a.attidentity WHEN '' THEN 0 ELSE 1 END FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	           " JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0"
	           " AND NOT a.attisdropped ORDER BY c.relname, a.attnum",
	.references = "SELECT c.relname, o.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class o ON o.oid = k.confrelid"
	              " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND n.nspname = current_schema()",
	.size = "SELECT pg_database_size(current_database())",
	.reads_whole = true, .load_begin = load_begin, .load_row = load_row, .load_end = load_end,
};
