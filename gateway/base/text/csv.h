#pragma once
/*
 * csv - tables as text (RFC 4180), row by row.
 *
 * Accepts what programs write: line ends of any kind, also inside quotes, a
 * byte order mark, rows of any length.  An unclosed quote includes the
 * rest.
 *
 * A table that comes piece by piece may be of any size: only one row of it is
 * in memory.  There a quote that is not closed within CSV_ROW_MAX bytes, or at
 * all, spoils its own line alone.
 */
#include <stdbool.h>
#include <stddef.h>

/* Fields beyond this are left out. */
#define CSV_FIELDS 200
#define CSV_ROW_MAX (256u << 10)

/* Up to room bytes of the table into data; how many there were, 0 at the end. */
typedef size_t csv_more(void *context, char *data, size_t room);

struct csv {
	const char *at, *end;
	const char *fields[CSV_FIELDS]; /* of the row that was read; they belong to row */
	size_t count;
	void *row;
	const char *whole; /* all of the row as it stands there, whole_size bytes; only until the next one is read */
	size_t whole_size;
	char separator;
	size_t line; /* on which the row begins, from 1 */
	bool torn;   /* a quote of this row has no end: its fields are those of one line, as they stand there */
	struct {
		csv_more *more; /* NULL: all is there */
		void *context;
		char *data;
		bool ended;
	} source;
	size_t next_line;
};

/* Reads data, which must outlive it.  Belongs to owner. */
struct csv *csv_new(void *owner, const char *data, size_t size);
/* Reads what more brings.  The separator is the one of ',', ';' and the tab that the first line has most of; a first line "sep=;" names it. */
struct csv *csv_stream(void *owner, csv_more *more, void *context);
/* Reads the next row that is not empty; false at the end. */
bool csv_next(struct csv *csv);
/* The number of the field whose text, in the row just read, is name; CSV_FIELDS when there is none. */
size_t csv_column(const struct csv *csv, const char *name);
/* A field of the row; "" when it is shorter. */
const char *csv_field(const struct csv *csv, size_t column);
