#include "gateway/base/text/csv.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

struct csv *csv_new(void *owner, const char *data, size_t size)
{
	struct csv *csv = mem_new(owner, struct csv);
	csv->at = data;
	csv->end = data + size;
	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		csv->at += 3;
	return csv;
}

static bool at_line_end(const struct csv *csv) { return csv->at == csv->end || *csv->at == '\n' || *csv->at == '\r'; }

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
	char *quoted = csv->at < csv->end && *csv->at == '"' ? read_quoted(csv) : NULL;
	const char *rest = quoted ? csv->at : start;
	while (!at_line_end(csv) && *csv->at != ',')
		csv->at++;
	/* Text after the closing quote is ignored. */
	return quoted ? quoted : mem_ndup(csv->row, rest, (size_t)(csv->at - rest));
}

bool csv_next(struct csv *csv)
{
	while (csv->at < csv->end && (*csv->at == '\n' || *csv->at == '\r'))
		csv->at++;
	talloc_free(csv->row);
	csv->row = csv->at < csv->end ? talloc_named_const(csv, 0, "row") : NULL;
	csv->count = 0;
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
