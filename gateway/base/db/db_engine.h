#pragma once
/*
 * db_engine - what an engine must offer to stand behind db.h.
 *
 * Included by db*.c and by each engine's file, by nobody else.  Rows are
 * talloc objects of the engine's that begin with struct db_rows.
 */
#include "gateway/base/db/db_value.h"
#include "gateway/base/text/error.h"

struct db {
	const struct db_engine *engine;
	void *handle;
	int depth;   /* of nested transactions */
	bool broken; /* an inner one was rolled back, and the outer ones are still to end */
	int64_t begun; /* when the outermost one began, of clock_steady */
	int64_t told;  /* when db_wait last told of a commit, of clock_steady */
};

struct db_rows {
	struct db *db;
	struct error err; /* kind 0 while all is well */
};

struct db_engine {
	const char *name;
	/* A connection that owner owns, or NULL. */
	void *(*open)(void *owner, const char *where, struct error *err);
	struct db_rows *(*query)(void *handle, const char *sql, const struct db_value *args);
	bool (*next)(struct db_rows *rows);
	bool (*column_null)(struct db_rows *rows, int n);
	int64_t (*column_int)(struct db_rows *rows, int n);
	const char *(*column_text)(struct db_rows *rows, int n);
	const void *(*column_blob)(struct db_rows *rows, int n, size_t *size);
	/* db_run for each of count sets of stride values, inside a transaction; NULL: a statement costs no journey. */
	bool (*run_each)(void *handle, const char *sql, const struct db_value *sets, size_t stride, size_t count, struct error *err);
	/* Rows that the statement changed so far. */
	int64_t (*changes)(struct db_rows *rows);
	/* Several statements without parameters. */
	bool (*script)(void *handle, const char *sql, struct error *err);
	const char *begin; /* the statement that starts a transaction in which what was read stays true */
	const char *begin_rows; /* the same for one in which only locked and changed rows do */
	const char *begin_read; /* the same for one that only reads, all of it as of one moment, and keeps nobody waiting */
	bool skips_locked; /* several may write at once, and FOR UPDATE OF ... SKIP LOCKED keeps claimers apart */
	void (*set_patience)(void *handle, int ms);
	bool (*bulk)(void *handle, bool on, struct error *err); /* db_bulk_begin and db_bulk_end; NULL: commits are cheap */
	bool (*raced)(void *handle); /* NULL: writers wait for one another */
	int64_t (*returned)(void *handle); /* NULL: there is no connection to lose */
	int64_t (*version)(void *handle);
	bool (*wait)(void *handle, int timeout_ms, int stop_fd);
	/* What {{NAME}} in a schema file means: ID, INT, BLOB, STRICT. */
	const char *(*word)(const char *name);
	/* The catalog.  columns: table, column, "int", "text" or "blob", whether it has a sequence; in order of table and place.
	 * references: a table, and another that must have its rows before. */
	const char *columns, *references;
	const char *size;   /* of all of it, in bytes */
	const char *check;  /* a statement whose only row is "ok" while the file is sound; NULL: the server sees to that */
	const char *settle; /* brings all that was committed into the one file; NULL: there is none */
	/* The file, and a copy of it as of this moment at path, an empty file; NULL: there is none. */
	const char *(*file)(void *handle);
	bool (*copy_file)(void *handle, const char *path, struct error *err);
	bool reads_whole; /* a query takes its whole result into memory: what may be large is read through a cursor */
	/* Adds many rows to a table faster than INSERT: its columns ("a, b"), the rows, the end, which must be called after load_begin and
	 * tells what was wrong with any of them.  NULL: INSERT is as fast. */
	bool (*load_begin)(void *handle, const char *table, const char *columns, struct error *err);
	bool (*load_row)(void *handle, const struct db_value *row, struct error *err);
	bool (*load_end)(void *handle, struct error *err);
};

/* Where an engine keeps a prepared statement: FNV-1a of its text. */
static inline uint32_t db_hash(const char *s)
{
	uint32_t h = 2166136261u;
	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h;
}

extern const struct db_engine db_sqlite, db_postgres;
