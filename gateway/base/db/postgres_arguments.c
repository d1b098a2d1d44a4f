#include "gateway/base/db/postgres_arguments.h"
#include "gateway/base/memory/mem.h"
#include <stdio.h>
#include <stdlib.h>

/* Of pg_type: the types that parameters have. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

/* The highest $N of a statement. */
static int parameters_of(const char *sql)
{
	int most = 0;
	bool quoted = false;
	for (const char *p = sql; *p; p++) {
		quoted ^= *p == '\'';
		int n = *p == '$' && !quoted ? atoi(p + 1) : 0;
		most = n > most ? n : most;
	}
	return most;
}

bool postgres_arguments_take(struct postgres_arguments *a, const char *sql, const struct db_value *args, struct error *err)
{
	for (a->count = 0; args->type != DB_END; args++, a->count++) {
		int n = a->count;
		if (n == POSTGRES_PARAMETERS_MAX)
			return error_set(err, ERROR_PERMANENT, "database: more than %d parameters", POSTGRES_PARAMETERS_MAX);
		a->formats[n] = a->sizes[n] = 0;
		switch (args->type) {
		case DB_INT:
			snprintf(a->numbers[n], sizeof a->numbers[n], "%lld", (long long)args->i);
			a->values[n] = a->numbers[n];
			a->types[n] = OID_INT8;
			break;
		case DB_NO_INT:
			a->values[n] = NULL;
			a->types[n] = OID_INT8;
			break;
		case DB_TEXT:
			a->values[n] = args->p;
			a->types[n] = args->p ? OID_TEXT : 0;
			break;
		case DB_BLOB:
			a->values[n] = args->p;
			a->sizes[n] = (int)args->size;
			a->formats[n] = 1;
			a->types[n] = OID_BYTEA;
			break;
		case DB_END: break;
		}
	}
	int wanted = parameters_of(sql);
	return wanted == a->count || error_set(err, ERROR_PERMANENT, "database: %d parameters for the %d of '%s'", a->count, wanted, sql);
}

char *postgres_arguments_key(void *owner, const struct postgres_arguments *a, const char *sql)
{
	char types[POSTGRES_PARAMETERS_MAX + 1];
	for (int i = 0; i < a->count; i++)
		types[i] = a->types[i] == OID_INT8 ? 'i' : a->types[i] == OID_BYTEA ? 'b' : a->types[i] ? 't' : '-';
	types[a->count] = '\0';
	return mem_printf(owner, "%s %s", types, sql);
}
