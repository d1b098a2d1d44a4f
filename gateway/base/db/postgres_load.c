/* The text format of COPY: a line per row, tabs between, a backslash before what would be read as one of these. */
#include "gateway/base/db/postgres_load.h"
#include "gateway/base/db/postgres_error.h"
#include "gateway/base/memory/mem.h"
#include <stdio.h>
#include <string.h>

enum { HEX_BYTES = 4096 };

bool postgres_load_begin(PGconn *pg, const char *table, const char *columns, struct error *err)
{
	char *sql = mem_printf(NULL, "COPY %s (%s) FROM STDIN", table, columns);
	PGresult *r = PQexec(pg, sql);
	bool fine = PQresultStatus(r) == PGRES_COPY_IN;
	if (!fine)
		postgres_complain(err, postgres_kind(PQresultErrorField(r, PG_DIAG_SQLSTATE)), PQresultErrorMessage(r));
	PQclear(r);
	talloc_free(sql);
	return fine;
}

static bool put(PGconn *pg, const char *data, size_t size) { return !size || PQputCopyData(pg, data, (int)size) == 1; }

static bool put_text(PGconn *pg, const char *s)
{
	static const char special[] = "\\\t\n\r", letter[] = "\\tnr";
	for (;;) {
		size_t plain = strcspn(s, special);
		if (!put(pg, s, plain))
			return false;
		s += plain;
		if (!*s)
			return true;
		char escape[] = { '\\', letter[strchr(special, *s++) - special] };
		if (!put(pg, escape, sizeof escape))
			return false;
	}
}

static bool put_blob(PGconn *pg, const unsigned char *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * HEX_BYTES];
	bool fine = put(pg, "\\\\x", 3);
	while (fine && size) {
		size_t n = size < HEX_BYTES ? size : HEX_BYTES;
		for (size_t i = 0; i < n; i++) {
			hex[2 * i] = digits[data[i] >> 4];
			hex[2 * i + 1] = digits[data[i] & 15];
		}
		fine = put(pg, hex, 2 * n);
		data += n;
		size -= n;
	}
	return fine;
}

static bool put_value(PGconn *pg, const struct db_value *v)
{
	char number[24];
	if (v->type == DB_INT)
		return put(pg, number, (size_t)snprintf(number, sizeof number, "%lld", (long long)v->i));
	if (v->type == DB_NO_INT || !v->p)
		return put(pg, "\\N", 2);
	return v->type == DB_BLOB ? put_blob(pg, v->p, v->size) : put_text(pg, v->p);
}

bool postgres_load_row(PGconn *pg, const struct db_value *row, struct error *err)
{
	bool fine = true;
	for (const struct db_value *v = row; fine && v->type != DB_END; v++)
		fine = (v == row || put(pg, "\t", 1)) && put_value(pg, v);
	if (fine && put(pg, "\n", 1))
		return true;
	return postgres_complain(err, ERROR_TEMPORARY, PQerrorMessage(pg));
}

bool postgres_load_end(PGconn *pg, struct error *err)
{
	bool fine = PQputCopyEnd(pg, NULL) == 1 || postgres_complain(err, ERROR_TEMPORARY, PQerrorMessage(pg));
	for (PGresult *r; (r = PQgetResult(pg)); PQclear(r))
		if (fine && PQresultStatus(r) != PGRES_COMMAND_OK)
			fine = postgres_complain(err, postgres_kind(PQresultErrorField(r, PG_DIAG_SQLSTATE)), PQresultErrorMessage(r));
	return fine;
}
