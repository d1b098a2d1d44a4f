#pragma once
/*
 * postgres_arguments - the parameters of a statement as libpq takes them; for db_postgres.c.
 *
 * Integers and texts go as text, blobs as they are.  Each has the type of its
 * db_value, so that the server need not guess; only a NULL text has none.
 */
#include "gateway/base/db/db_value.h"
#include "gateway/base/text/error.h"
#include <libpq-fe.h>

enum { POSTGRES_PARAMETERS_MAX = 64 };

struct postgres_arguments {
	int count;
	Oid types[POSTGRES_PARAMETERS_MAX];
	const char *values[POSTGRES_PARAMETERS_MAX];
	int sizes[POSTGRES_PARAMETERS_MAX], formats[POSTGRES_PARAMETERS_MAX];
	char numbers[POSTGRES_PARAMETERS_MAX][24];
};

/* args, which must live as long as a does.  ERROR_PERMANENT when sql wants another number of them. */
bool postgres_arguments_take(struct postgres_arguments *a, const char *sql, const struct db_value *args, struct error *err);
/* What a prepared statement is known by: sql and the types of its parameters.  Belongs to owner. */
char *postgres_arguments_key(void *owner, const struct postgres_arguments *a, const char *sql);
