#pragma once
/*
 * postgres_each - one statement with many sets of parameters, by the pipeline of libpq; for db_postgres.c.
 *
 * All are sent before the answer to the first is awaited, so they cost one
 * journey to the server and not one each.
 */
#include "gateway/base/db/postgres_arguments.h"

enum { POSTGRES_EACH_MAX = 100 };

/* Runs the prepared statement name for each of count sets, POSTGRES_EACH_MAX at most: what the server answers must fit in its socket.  NULL,
 * or the answer of the first that failed, which is the caller's; the others after it did nothing. */
PGresult *postgres_run_each(PGconn *pg, const char *name, const struct postgres_arguments *sets, size_t count);
