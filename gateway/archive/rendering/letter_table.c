#include "gateway/archive/rendering/letter_table.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include <stdlib.h>
#include <string.h>

#define MAX_HEADINGS 64

typedef void write_content(FILE *out, const struct html_node *parent);

static bool is_cell(const struct html_node *n) { return html_is(n, "td") || html_is(n, "th"); }

static const struct html_node *next_row(const struct html_node *table, const struct html_node *n)
{
	do
		n = html_next(table, n);
	while (n && !html_is(n, "tr"));
	return n;
}

static size_t count_columns(const struct html_node *row)
{
	size_t columns = 0;
	for (const struct html_node *n = row->first; n; n = n->next) {
		long span = is_cell(n) && html_get(n, "colspan") ? atol(html_get(n, "colspan")) : 1;
		columns += is_cell(n) ? (size_t)(span > 0 && span < 100 ? span : 1) : 0;
	}
	return columns;
}

static void write_caption(FILE *out, const struct html_node *table, write_content *inside)
{
	for (const struct html_node *n = table->first; n; n = n->next)
		if (html_is(n, "caption")) {
			fputs("<p style=\"margin:0 0 8px\"><strong>", out);
			inside(out, n);
			fputs("</strong></p>\n", out);
		}
}

static void write_cell(FILE *out, const struct html_node *cell, write_content *inside)
{
	const char *style = html_get(cell, "style");
	bool right = style && strstr(style, "text-align: right"), center = style && strstr(style, "text-align: center");
	fprintf(out, "<%s class=\"rule\" align=\"%s\" valign=\"top\"", cell->name, right ? "right" : center ? "center" : "left");
	if (html_get(cell, "colspan"))
		fprintf(out, " colspan=\"%ld\"", atol(html_get(cell, "colspan")));
	if (html_get(cell, "rowspan"))
		fprintf(out, " rowspan=\"%ld\"", atol(html_get(cell, "rowspan")));
	fputs(" style=\"border:1px solid #e0dacd;padding:6px 8px;font-family:Charter,Georgia,serif;font-size:16px;line-height:23px\">", out);
	inside(out, cell);
	fprintf(out, "</%s>", cell->name);
}

static void write_narrow(FILE *out, const struct html_node *table, write_content *inside)
{
	fputs("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse;margin:0 0 20px\">", out);
	for (const struct html_node *row = next_row(table, table); row; row = next_row(table, row)) {
		fputs("<tr>", out);
		for (const struct html_node *cell = row->first; cell; cell = cell->next)
			if (is_cell(cell))
				write_cell(out, cell, inside);
		fputs("</tr>\n", out);
	}
	fputs("</table>\n", out);
}

/* Reads the headings of the columns from a first row that has only th; returns their number. */
static size_t take_headings(void *owner, const struct html_node *row, char **headings)
{
	size_t count = 0;
	for (const struct html_node *n = row ? row->first : NULL; n; n = n->next) {
		if (html_is(n, "td"))
			return 0;
		if (html_is(n, "th") && count < MAX_HEADINGS)
			headings[count++] = plain_line_of(owner, n);
	}
	return count;
}

static void write_wide(FILE *out, const struct html_node *table)
{
	void *scratch = talloc_new(NULL);
	char *headings[MAX_HEADINGS];
	const struct html_node *row = next_row(table, table);
	size_t count = take_headings(scratch, row, headings);
	for (row = count ? next_row(table, row) : row; row; row = next_row(table, row)) {
		size_t column = 0;
		fputs("<p style=\"margin:0 0 12px\">", out);
		for (const struct html_node *cell = row->first; cell; cell = cell->next) {
			if (!is_cell(cell))
				continue;
			fputs(column ? "<br>" : "", out);
			if (column < count) {
				fputs("<strong>", out);
				html_text(out, headings[column]);
				fputs(":</strong> ", out);
			}
			char *words = plain_line_of(scratch, cell);
			html_text(out, words);
			column++;
		}
		fputs("</p>\n", out);
	}
	talloc_free(scratch);
}

void letter_table_write(FILE *out, const struct html_node *table, void (*inside)(FILE *out, const struct html_node *parent))
{
	size_t columns = 0;
	bool nested = false;
	for (const struct html_node *row = next_row(table, table); row; row = next_row(table, row))
		columns = count_columns(row) > columns ? count_columns(row) : columns;
	for (const struct html_node *n = html_next(table, table); n; n = html_next(table, n))
		nested = nested || html_is(n, "table");
	write_caption(out, table, inside);
	if (columns <= LETTER_TABLE_COLUMNS && !nested)
		write_narrow(out, table, inside);
	else
		write_wide(out, table);
}
