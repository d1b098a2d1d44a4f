#include "gateway/base/db/postgres_error.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum error_kind postgres_kind(const char *state)
{
	static const struct { const char *prefix; enum error_kind kind; } kinds[] = {
		{ "23505", ERROR_EXISTS },     /* unique_violation */
		{ "23", ERROR_INVALID },       /* other constraints */
		{ "22", ERROR_INVALID },       /* data that no column takes */
		{ "25", ERROR_TEMPORARY },     /* within a transaction that has failed */
		{ "08", ERROR_TEMPORARY },     /* connection */
		{ "40", ERROR_TEMPORARY },     /* serialization failure, deadlock */
		{ "53", ERROR_TEMPORARY },     /* disk full, out of memory, too many connections */
		{ "55", ERROR_TEMPORARY },     /* locked */
		{ "57", ERROR_TEMPORARY },     /* cancelled, shutting down */
		{ "58", ERROR_TEMPORARY },     /* I/O */
	};
	for (size_t i = 0; state && i < sizeof kinds / sizeof *kinds; i++)
		if (text_starts(state, kinds[i].prefix))
			return kinds[i].kind;
	return state ? ERROR_PERMANENT : ERROR_TEMPORARY;
}

bool postgres_complain(struct error *err, enum error_kind kind, const char *said)
{
	while (*said == '\n')
		said++;
	return error_set(err, kind, "database: %.*s", (int)strcspn(said, "\n"), said);
}
