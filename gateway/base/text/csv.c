#include "gateway/base/text/csv.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Of a table that comes in pieces: twice the longest row, so that what is left of one piece is seldom moved. */
enum { WINDOW = 2 * CSV_ROW_MAX };

static void skip_mark(struct csv *csv)
{
	if (csv->end - csv->at >= 3 && memcmp(csv->at, "\xEF\xBB\xBF", 3) == 0)
		csv->at += 3;
}

struct csv *csv_new(void *owner, const char *data, size_t size)
{
	struct csv *csv = mem_new(owner, struct csv);
	csv->at = data;
	csv->end = data + size;
	csv->separator = ',';
	csv->next_line = 1;
	skip_mark(csv);
	return csv;
}

/* Moves what is left to the front and fills up behind it; false when nothing came. */
static bool fill(struct csv *csv)
{
	size_t had = (size_t)(csv->end - csv->at), size = had, got = 1;
	if (!csv->source.more || csv->source.ended)
		return false;
	memmove(csv->source.data, csv->at, had);
	while (size < WINDOW && (got = csv->source.more(csv->source.context, csv->source.data + size, WINDOW - size)) > 0)
		size += got;
	csv->source.ended = got == 0;
	csv->at = csv->source.data;
	csv->end = csv->at + size;
	return size > had;
}

static const char *line_end(const struct csv *csv)
{
	const char *p = csv->at;
	while (p < csv->end && *p != '\n' && *p != '\r')
		p++;
	return p;
}

static void choose_separator(struct csv *csv)
{
	static const char known[] = ",;\t";
	const char *end = line_end(csv);
	size_t most = 0;
	if (end - csv->at == 5 && memcmp(csv->at, "sep=", 4) == 0 && strchr(known, csv->at[4])) {
		csv->separator = csv->at[4];
		csv->at = end;
		return;
	}
	for (const char *k = known; *k; k++) {
		size_t n = 0;
		bool quoted = false;
		for (const char *p = csv->at; p < end; p++) {
			quoted ^= *p == '"';
			n += !quoted && *p == *k;
		}
		if (n > most) {
			most = n;
			csv->separator = *k;
		}
	}
}

struct csv *csv_stream(void *owner, csv_more *more, void *context)
{
	struct csv *csv = csv_new(owner, "", 0);
	csv->source.more = more;
	csv->source.context = context;
	csv->source.data = mem_array(csv, char, WINDOW);
	csv->at = csv->end = csv->source.data;
	fill(csv);
	skip_mark(csv);
	choose_separator(csv);
	return csv;
}

static bool at_line_end(const struct csv *csv) { return csv->at == csv->end || *csv->at == '\n' || *csv->at == '\r'; }

/* A quote opens a quoted field only at the beginning of one.  False: the row does not end in what is here. */
static bool row_ends(const struct csv *csv)
{
	bool quoted = false, begins = true;
	for (const char *p = csv->at; p < csv->end; p++) {
		if (quoted) {
			quoted = *p != '"' || (p + 1 < csv->end && p[1] == '"');
			p += quoted && *p == '"';
		} else if (*p == '\n' || *p == '\r') {
			return true;
		} else {
			quoted = begins && *p == '"';
			begins = *p == csv->separator;
		}
	}
	return !quoted && csv->source.ended;
}

/* Inside quotes, "" is one quote. */
static char *read_quoted(struct csv *csv)
{
	size_t room = 0, n = 0;
	for (const char *p = csv->at + 1; p < csv->end && (*p != '"' || (p + 1 < csv->end && p[1] == '"')); p++) {
		room++;
		p += *p == '"';
	}
	char *out = mem_array(csv->row, char, room + 1);
	for (csv->at++; csv->at < csv->end && n < room; csv->at++) {
		out[n++] = *csv->at;
		csv->at += *csv->at == '"';
	}
	csv->at += csv->at < csv->end;
	return out;
}

static char *read_field(struct csv *csv)
{
	const char *start = csv->at;
	char *quoted = !csv->torn && csv->at < csv->end && *csv->at == '"' ? read_quoted(csv) : NULL;
	const char *rest = quoted ? csv->at : start;
	while (!at_line_end(csv) && *csv->at != csv->separator)
		csv->at++;
	/* Text after the closing quote is ignored. */
	return quoted ? quoted : mem_ndup(csv->row, rest, (size_t)(csv->at - rest));
}

static size_t lines_between(const char *from, const char *to)
{
	size_t n = 0;
	for (; from < to; from++)
		n += *from == '\n' || (*from == '\r' && (from + 1 == to || from[1] != '\n'));
	return n;
}

/* Before the next row, all of which is here then, if it is in order. */
static bool come_to_row(struct csv *csv)
{
	do {
		const char *from = csv->at;
		while (csv->at < csv->end && (*csv->at == '\n' || *csv->at == '\r'))
			csv->at++;
		csv->next_line += lines_between(from, csv->at);
	} while (csv->at == csv->end && fill(csv));
	csv->line = csv->next_line;
	csv->torn = csv->source.more && csv->at < csv->end && !row_ends(csv) && (!fill(csv) || !row_ends(csv));
	return csv->at < csv->end;
}

bool csv_next(struct csv *csv)
{
	bool there = come_to_row(csv);
	talloc_free(csv->row);
	csv->row = there ? talloc_named_const(csv, 0, "row") : NULL;
	csv->count = 0;
	const char *from = csv->at;
	for (bool more = csv->row != NULL; more;) {
		char *field = read_field(csv);
		/* Fields beyond CSV_FIELDS take no memory: a row may consist of commas. */
		if (csv->count < CSV_FIELDS)
			csv->fields[csv->count++] = field;
		else
			talloc_free(field);
		more = !at_line_end(csv);
		csv->at += more;
	}
	csv->whole = from;
	csv->whole_size = (size_t)(csv->at - from);
	csv->next_line += lines_between(from, csv->at);
	return csv->row != NULL;
}

size_t csv_column(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->count; i++)
		if (text_same(csv->fields[i], name))
			return i;
	return CSV_FIELDS;
}

const char *csv_field(const struct csv *csv, size_t column) { return column < csv->count ? csv->fields[column] : ""; }
