#include "gateway/base/db/db_copy.h"
#include "gateway/base/db/db_catalog.h"
#include "gateway/base/db/db_engine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include <openssl/evp.h>
#include <string.h>

enum { PORTION = 500 };

/* The sum of the hashes of rows, as a number of 256 bits. */
struct sum {
	unsigned char bytes[ENCODE_SHA256];
	int64_t rows;
};

struct copy {
	struct db_copy shown;
	struct db *from, *to;
	struct db_table **tables;
	struct sum *sums;     /* of the source, one for each table */
	size_t at;            /* the table at work */
	struct db_scan *scan; /* of it, or NULL */
	struct sum sum;       /* of what was read of it so far */
	EVP_MD_CTX *digest;
	char *insert;         /* without load_row: the statement */
	bool loading, over;
	struct error err;
};

static int let_go(struct copy *c)
{
	EVP_MD_CTX_free(c->digest);
	return 0;
}

static void hash_value(EVP_MD_CTX *digest, const struct db_value *v)
{
	bool null = v->type == DB_NO_INT || (v->type != DB_INT && !v->p);
	const void *data = v->type == DB_INT ? (const void *)&v->i : v->p;
	uint64_t size = null ? 0 : v->type == DB_INT ? sizeof v->i : v->type == DB_TEXT ? strlen(v->p) : v->size;
	unsigned char kind = null ? 0 : (unsigned char)v->type;
	EVP_DigestUpdate(digest, &kind, 1);
	EVP_DigestUpdate(digest, &size, sizeof size);
	if (size)
		EVP_DigestUpdate(digest, data, size);
}

static void add_row(EVP_MD_CTX *digest, struct sum *sum, const struct db_value *row)
{
	unsigned char hash[ENCODE_SHA256];
	unsigned carry = 0;
	EVP_DigestInit_ex(digest, EVP_sha256(), NULL);
	for (; row->type != DB_END; row++)
		hash_value(digest, row);
	EVP_DigestFinal_ex(digest, hash, NULL);
	for (int i = ENCODE_SHA256 - 1; i >= 0; i--) {
		carry += sum->bytes[i] + hash[i];
		sum->bytes[i] = (unsigned char)carry;
		carry >>= 8;
	}
	sum->rows++;
}

static bool count_rows(struct db *db, const struct db_table *t, int64_t *count, struct error *err)
{
	char *sql = mem_printf(NULL, "SELECT count(*) FROM \"%s\"", t->name);
	bool fine = db_get_int(db, sql, DB_NONE, count, err);
	talloc_free(sql);
	return fine;
}

/* The target may have the schema already, but nothing of anybody's. */
static bool check_empty(struct db *to, const char *root, struct error *err)
{
	struct db_table **all;
	void *scratch = talloc_new(NULL);
	int64_t count = 0;
	bool fine = db_tables(scratch, to, &all, err);
	const struct db_table *t = fine ? db_table_find(all, root) : NULL;
	if (fine && t)
		fine = count_rows(to, t, &count, err) && (!count || error_set(err, ERROR_EXISTS, "it is not empty: it holds %lld row%s in '%s'; name an empty one",
		                                                               (long long)count, count == 1 ? "" : "s", root));
	else if (fine && talloc_array_length(all) && !db_table_find(all, "migration"))
		fine = error_set(err, ERROR_EXISTS, "it is not empty: it holds the tables of another program ('%s'); name an empty one", all[0]->name);
	talloc_free(scratch);
	return fine;
}

/* Have both the same tables with the same columns? */
static bool check_same(struct db_table *const *from, struct db_table *const *to, struct error *err)
{
	for (size_t i = 0; i < talloc_array_length(from); i++) {
		const struct db_table *a = from[i], *b = db_table_find(to, a->name);
		bool same = b && a->count == b->count;
		for (size_t n = 0; same && n < a->count; n++)
			same = strcmp(a->columns[n].name, b->columns[n].name) == 0 && a->columns[n].type == b->columns[n].type;
		if (!same)
			return error_set(err, ERROR_PERMANENT, "the table '%s' is not the same in both databases", a->name);
	}
	return talloc_array_length(from) == talloc_array_length(to) || error_set(err, ERROR_PERMANENT, "the target has more tables than the source");
}

/* What migrations put into tables, and what they note of themselves, comes from the source too. */
static bool clear(struct db *to, struct db_table *const *all, struct error *err)
{
	bool fine = true;
	for (size_t i = talloc_array_length(all); fine && i--;) {
		char *sql = mem_printf(NULL, "DELETE FROM \"%s\"", all[i]->name);
		fine = db_run(to, sql, DB_NONE, err);
		talloc_free(sql);
	}
	return fine;
}

static bool prepare(struct copy *c, const struct db_copy_ends *ends, struct error *err)
{
	struct db_table **from;
	if (!check_empty(c->to, ends->root, err) || !db_migrate(c->to, ends->schema, err) || !db_tables(c, c->from, &from, err) ||
	    !db_tables(c, c->to, &c->tables, err) || !check_same(from, c->tables, err) || !clear(c->to, c->tables, err))
		return false;
	c->sums = mem_array(c, struct sum, talloc_array_length(c->tables));
	for (size_t i = 0; i < talloc_array_length(c->tables); i++) {
		int64_t count;
		if (!count_rows(c->from, c->tables[i], &count, err))
			return false;
		c->shown.total += 2 * count;
	}
	return true;
}

struct db_copy *db_copy_begin(void *owner, const struct db_copy_ends *ends, struct error *err)
{
	struct copy *c = mem_new(owner, struct copy);
	c->digest = mem_check(EVP_MD_CTX_new());
	c->from = ends->from;
	c->to = ends->to;
	talloc_set_destructor(c, let_go);
	if (db_begin_read(c->from, err)) {
		if (db_begin(c->to, err)) {
			if (prepare(c, ends, err))
				return &c->shown;
			db_rollback(c->to);
		}
		db_rollback(c->from);
	}
	talloc_free(c);
	return NULL;
}

static char *insert_statement(void *owner, const struct db_table *t, const char *columns)
{
	char *sql = mem_printf(owner, "INSERT INTO \"%s\" (%s) VALUES (", t->name, columns);
	for (size_t i = 1; i <= t->count; i++)
		sql = mem_check(talloc_asprintf_append(sql, "%s$%zu", i > 1 ? ", " : "", i));
	return mem_check(talloc_asprintf_append(sql, ")"));
}

static bool start_table(struct copy *c, const struct db_table *t)
{
	const struct db_engine *engine = c->to->engine;
	c->shown.table = t->name;
	c->sum = (struct sum){ 0 };
	c->scan = db_scan_begin(c, c->shown.verifying ? c->to : c->from, t);
	if (c->shown.verifying)
		return true;
	char *columns = db_table_columns(c, t), *table = mem_printf(c, "\"%s\"", t->name);
	talloc_free(c->insert);
	c->insert = insert_statement(c, t, columns);
	bool fine = c->loading = !engine->load_begin || engine->load_begin(c->to->handle, table, columns, &c->err);
	talloc_free(columns);
	talloc_free(table);
	return fine;
}

static bool write_row(struct copy *c)
{
	const struct db_engine *engine = c->to->engine;
	return engine->load_row ? engine->load_row(c->to->handle, c->scan->row, &c->err) : db_run(c->to, c->insert, c->scan->row, &c->err);
}

/* New rows get numbers above those that were copied. */
static bool set_sequences(struct db *to, const struct db_table *t, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < t->count; i++) {
		if (!t->columns[i].sequence)
			continue;
		char *sql = mem_printf(NULL, "SELECT setval(pg_get_serial_sequence('\"%s\"', '%s'), max(\"%s\")) FROM \"%s\"", t->name, t->columns[i].name,
		                       t->columns[i].name, t->name);
		fine = db_run(to, sql, DB_NONE, err);
		talloc_free(sql);
	}
	return fine;
}

static bool end_load(struct copy *c, struct error *err)
{
	const struct db_engine *engine = c->to->engine;
	bool loading = c->loading;
	c->loading = false;
	return !loading || !engine->load_end || engine->load_end(c->to->handle, err);
}

static bool end_table(struct copy *c, const struct db_table *t)
{
	struct sum *known = &c->sums[c->at];
	bool fine = db_scan_finish(c->scan, &c->err);
	c->scan = NULL;
	if (c->shown.verifying)
		return fine && (memcmp(known, &c->sum, sizeof *known) == 0 ||
		                error_set(&c->err, ERROR_PERMANENT, "the copy differs: it has %lld rows, the source has %lld", (long long)c->sum.rows,
		                          (long long)known->rows));
	*known = c->sum;
	return end_load(c, fine ? &c->err : &(struct error){ 0 }) && fine && set_sequences(c->to, t, &c->err);
}

static bool work(struct copy *c)
{
	const struct db_table *t = c->tables[c->at];
	if (!c->scan && !start_table(c, t))
		return false;
	for (int n = 0; n < PORTION; n++) {
		if (!db_scan_next(c->scan)) {
			if (!end_table(c, t))
				return false;
			c->at++;
			return true;
		}
		add_row(c->digest, &c->sum, c->scan->row);
		c->shown.done++;
		if (!c->shown.verifying && !write_row(c))
			return false;
	}
	return true;
}

static void list_tables(struct copy *c)
{
	size_t count = talloc_array_length(c->tables);
	c->shown.tables = mem_array(c, struct db_copy_table, count);
	for (size_t i = 0; i < count; i++)
		c->shown.tables[i] = (struct db_copy_table){ c->tables[i]->name, c->sums[i].rows, encode_hex(c, c->sums[i].bytes, ENCODE_SHA256) };
}

bool db_copy_next(struct db_copy *copy)
{
	struct copy *c = (struct copy *)copy;
	if (c->err.kind || c->over)
		return false;
	if (c->at < talloc_array_length(c->tables)) {
		if (work(c))
			return true;
		error_prefix(&c->err, "table '%s': ", copy->table);
		return false;
	}
	c->at = 0;
	if (!copy->verifying)
		return copy->verifying = true;
	list_tables(c);
	c->over = true;
	return false;
}

bool db_copy_finish(struct db_copy *copy, struct error *err)
{
	struct copy *c = (struct copy *)copy;
	struct error ignored;
	if (c->scan)
		db_scan_finish(c->scan, &ignored);
	if (!end_load(c, &ignored) || c->err.kind || !c->over) {
		db_rollback(c->to);
		db_rollback(c->from);
		if (c->err.kind)
			*err = c->err;
		else
			error_set(err, ERROR_TEMPORARY, "the copy was stopped, and nothing was copied");
		return false;
	}
	db_rollback(c->from);
	return db_commit(c->to, err) && db_settle(c->to, err);
}
