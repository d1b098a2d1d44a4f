#pragma once
/*
 * db_copy - all rows of one database into another one, of whichever engines.
 *
 * struct db_copy *c = db_copy_begin(...);
 * while (db_copy_next(c)) tell how far it is;
 * if (!db_copy_finish(c, err)) ...
 *
 * The source is read as of one moment, while others go on writing to it.  The
 * target is filled in one transaction, schema and all, is read again before
 * its end, and must then have the same number of rows and the same hash
 * for each table; so a copy that fails, or a process that dies, leaves it as it was.
 */
#include "gateway/base/db/db.h"

struct db_copy_table {
	const char *name;
	int64_t rows;
	/* The sum of the SHA-256 of all rows, in hex: the same on every engine, in whichever order the rows come. */
	const char *hash;
};

struct db_copy {
	const char *table;    /* at work on this one */
	bool verifying;       /* reading the target again */
	int64_t done, total;  /* rows, each counted twice: written and verified */
	struct db_copy_table *tables; /* after the last db_copy_next; talloc_array_length is the count */
};

struct db_copy_ends {
	struct db *from;      /* its schema up to date */
	struct db *to;
	const char *schema;   /* as for db_migrate */
	const char *root;     /* the table without whose rows no other has any that matter: the target may have none in it */
};

/* ERROR_EXISTS: the target is not empty.  NULL with err after any error; the target is then as it was. */
struct db_copy *db_copy_begin(void *owner, const struct db_copy_ends *ends, struct error *err);
/* Some hundred rows; false at the end and after an error. */
bool db_copy_next(struct db_copy *copy);
/* Commits what was copied, when all of it was, and leaves copy->tables to be read.  When the caller ends earlier, nothing is copied: ERROR_TEMPORARY. */
bool db_copy_finish(struct db_copy *copy, struct error *err);
