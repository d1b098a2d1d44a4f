#pragma once
/*
 * db_catalog - the tables that a database has, and all the rows of one of them.
 *
 * Read from the engine's own catalog, so that a table that is added tomorrow
 * is in it.  For what treats all tables alike: db_copy.
 */
#include "gateway/base/db/db.h"

enum { DB_COLUMNS_MAX = 62 };

struct db_table {
	const char *name;
	size_t count;
	struct {
		const char *name;
		enum db_type type; /* DB_INT, DB_TEXT, DB_BLOB */
		bool sequence;     /* the engine numbers new rows by a sequence of its own, not by the highest number there is */
	} columns[DB_COLUMNS_MAX];
};

/* The tables of the database, each behind those that it refers to (but itself); the array and all in it belong to owner,
 * talloc_array_length is the count. */
bool db_tables(void *owner, struct db *db, struct db_table ***all, struct error *err);
/* The one of that name, or NULL. */
const struct db_table *db_table_find(struct db_table *const *all, const char *name);
/* "a", "b": the columns as they stand in SQL, quoted.  Belongs to owner. */
char *db_table_columns(void *owner, const struct db_table *table);

/*
 * Inside a transaction: the rows of a table in no order, some at a time in
 * memory whatever their number.
 *
 * while (db_scan_next(scan)) use scan->row; then db_scan_finish, always.
 */
struct db_scan {
	struct db_value row[DB_COLUMNS_MAX + 1]; /* as parameters of an INSERT would be; borrowed until the next call */
};
struct db_scan *db_scan_begin(void *owner, struct db *db, const struct db_table *table);
bool db_scan_next(struct db_scan *scan);
bool db_scan_finish(struct db_scan *scan, struct error *err);
