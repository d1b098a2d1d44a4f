#pragma once
/*
 * csv - tables as text (RFC 4180), row by row.
 *
 * Accepts what programs write: line ends of any kind, also inside quotes, a
 * byte order mark, rows of any length.  An unclosed quote includes the
 * rest.
 */
#include <stdbool.h>
#include <stddef.h>

/* Fields beyond this are left out. */
#define CSV_FIELDS 200

struct csv {
	const char *at, *end;
	const char *fields[CSV_FIELDS]; /* of the row that was read; they belong to row */
	size_t count;
	void *row;
};

/* Reads data, which must outlive it.  Belongs to owner. */
struct csv *csv_new(void *owner, const char *data, size_t size);
/* Reads the next row that is not empty; false at the end. */
bool csv_next(struct csv *csv);
/* The number of the field whose text, in the row just read, is name; CSV_FIELDS when there is none. */
size_t csv_column(const struct csv *csv, const char *name);
/* A field of the row; "" when it is shorter. */
const char *csv_field(const struct csv *csv, size_t column);
