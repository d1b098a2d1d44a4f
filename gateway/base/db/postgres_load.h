#pragma once
/*
 * postgres_load - many rows into one table by COPY; for db_postgres.c.
 *
 * libpq sends what has gathered, so a row costs no round trip and no memory;
 * what the server thinks of the rows it says at the end.
 */
#include "gateway/base/db/db_value.h"
#include "gateway/base/text/error.h"
#include <libpq-fe.h>

/* table and columns ("a, b") as they stand in SQL.  After true, postgres_load_end must be called. */
bool postgres_load_begin(PGconn *pg, const char *table, const char *columns, struct error *err);
/* One value for each column. */
bool postgres_load_row(PGconn *pg, const struct db_value *row, struct error *err);
bool postgres_load_end(PGconn *pg, struct error *err);
