#include "gateway/base/db/db_catalog.h"
#include "gateway/base/db/db_engine.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

/* Rows that a cursor brings at a time. */
#define PORTION "500"

struct reference {
	const char *table, *to;
};

const struct db_table *db_table_find(struct db_table *const *all, const char *name)
{
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

static enum db_type type_named(const char *name)
{
	return strcmp(name, "int") == 0 ? DB_INT : strcmp(name, "blob") == 0 ? DB_BLOB : DB_TEXT;
}

static bool read_tables(void *owner, struct db *db, struct db_table ***all, struct error *err)
{
	struct db_rows *rows = db_query(db, db->engine->columns, DB_NONE);
	struct db_table *t = NULL;
	size_t count = 0;
	bool fits = true;
	*all = NULL;
	while (fits && db_next(rows)) {
		const char *name = db_column_text(rows, 0);
		if (!t || strcmp(t->name, name) != 0) {
			t = mem_new(owner, struct db_table);
			t->name = mem_dup(t, name);
			*mem_push(owner, *all, count) = t;
		}
		fits = t->count < DB_COLUMNS_MAX;
		if (!fits)
			break;
		t->columns[t->count].name = mem_dup(t, db_column_text(rows, 1));
		t->columns[t->count].type = type_named(db_column_text(rows, 2));
		t->columns[t->count++].sequence = db_column_int(rows, 3) != 0;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err) && (fits || error_set(err, ERROR_PERMANENT, "the table '%s' has more than %d columns", t->name, DB_COLUMNS_MAX));
}

static bool read_references(void *owner, struct db *db, struct reference **all, struct error *err)
{
	struct db_rows *rows = db_query(db, db->engine->references, DB_NONE);
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct reference *r = mem_push(owner, *all, count);
		*r = (struct reference){ db_column_dup(owner, rows, 0), db_column_dup(owner, rows, 1) };
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

/* Does table refer to one of those from the place first on? */
static bool waits(const struct db_table *table, struct db_table *const *all, size_t first, const struct reference *references)
{
	for (size_t r = 0; r < talloc_array_length(references); r++)
		for (size_t i = first; strcmp(references[r].table, table->name) == 0 && i < talloc_array_length(all); i++)
			if (all[i] != table && strcmp(references[r].to, all[i]->name) == 0)
				return true;
	return false;
}

static bool sort(struct db_table **all, const struct reference *references, struct error *err)
{
	size_t count = talloc_array_length(all);
	for (size_t done = 0; done < count; done++) {
		size_t i = done;
		while (i < count && waits(all[i], all, done, references))
			i++;
		if (i == count)
			return error_set(err, ERROR_PERMANENT, "the table '%s' and others refer to each other in a circle", all[done]->name);
		struct db_table *next = all[i];
		memmove(all + done + 1, all + done, (i - done) * sizeof *all);
		all[done] = next;
	}
	return true;
}

bool db_tables(void *owner, struct db *db, struct db_table ***all, struct error *err)
{
	struct reference *references;
	void *scratch = talloc_new(NULL);
	bool fine = read_tables(owner, db, all, err) && read_references(scratch, db, &references, err) && sort(*all, references, err);
	talloc_free(scratch);
	return fine;
}

char *db_table_columns(void *owner, const struct db_table *table)
{
	char *list = mem_dup(owner, "");
	for (size_t i = 0; i < table->count; i++)
		list = mem_check(talloc_asprintf_append(list, "%s\"%s\"", i ? ", " : "", table->columns[i].name));
	return list;
}

struct scan {
	struct db_scan scan;
	struct db *db;
	const struct db_table *table;
	char *fetch; /* with a cursor: what brings its next rows; else NULL */
	struct db_rows *rows;
	struct error err;
};

struct db_scan *db_scan_begin(void *owner, struct db *db, const struct db_table *table)
{
	struct scan *s = mem_new(owner, struct scan);
	char *columns = db_table_columns(s, table), *select = mem_printf(s, "SELECT %s FROM \"%s\"", columns, table->name);
	s->db = db;
	s->table = table;
	if (db->engine->reads_whole) {
		/* Named like its table: what is prepared for one cursor fits no other. */
		s->fetch = mem_printf(s, "FETCH " PORTION " FROM \"scan_%s\"", table->name);
		if (db_run(db, mem_printf(s, "DECLARE \"scan_%s\" NO SCROLL CURSOR FOR %s", table->name, select), DB_NONE, &s->err))
			s->rows = db_query(db, s->fetch, DB_NONE);
	} else {
		s->rows = db_query(db, select, DB_NONE);
	}
	return &s->scan;
}

/* The next row; with a cursor, an empty portion is its end. */
static bool step(struct scan *s)
{
	if (!s->rows || db_next(s->rows))
		return s->rows != NULL;
	if (!s->fetch)
		return false;
	struct db_rows *old = s->rows;
	s->rows = NULL;
	if (!db_finish(old, &s->err))
		return false;
	s->rows = db_query(s->db, s->fetch, DB_NONE);
	if (db_next(s->rows))
		return true;
	TALLOC_FREE(s->fetch);
	return false;
}

bool db_scan_next(struct db_scan *scan)
{
	struct scan *s = (struct scan *)scan;
	if (!step(s))
		return false;
	for (size_t i = 0; i < s->table->count; i++) {
		enum db_type type = s->table->columns[i].type;
		struct db_value *v = &scan->row[i];
		if (db_column_null(s->rows, (int)i))
			*v = type == DB_INT ? db_int_or_null(0) : (struct db_value){ type, 0, NULL, 0 };
		else if (type == DB_INT)
			*v = db_int(db_column_int(s->rows, (int)i));
		else if (type == DB_TEXT)
			*v = db_text(db_column_text(s->rows, (int)i));
		else {
			*v = (struct db_value){ .type = DB_BLOB };
			v->p = db_column_blob(s->rows, (int)i, &v->size);
			/* An empty blob is not NULL. */
			v->p = v->p ? v->p : "";
		}
	}
	scan->row[s->table->count] = (struct db_value){ .type = DB_END };
	return true;
}

bool db_scan_finish(struct db_scan *scan, struct error *err)
{
	struct scan *s = (struct scan *)scan;
	bool fine = !s->err.kind;
	if (!fine)
		*err = s->err;
	if (s->rows)
		fine = db_finish(s->rows, fine ? err : &s->err) && fine;
	talloc_free(s);
	return fine;
}
