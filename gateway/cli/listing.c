#include "gateway/cli/listing.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/json_write.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* The first rows say how wide the columns are: a list may have millions. */
enum { MEASURED = 200, GAP = 2 };

enum form { FORM_LINES, FORM_TABLE, FORM_JSON };

struct listing {
	FILE *out;
	enum form form;
	bool single;                          /* one object; its columns are named as they come */
	const char *const *columns;
	size_t count, at;                     /* columns; the one that is next */
	size_t rows;
	const char *name;                     /* of a single object's next value */
	size_t *widths;
	char **cells;                         /* of rows that are not yet printed */
	size_t cell_count;
};

static struct listing *make(void *owner, FILE *out, bool json)
{
	struct listing *l = mem_new(owner, struct listing);
	l->out = out;
	l->form = json ? FORM_JSON : isatty(fileno(out)) ? FORM_TABLE : FORM_LINES;
	return l;
}

/* "next_try" as "NEXT TRY". */
static char *heading(void *owner, const char *name)
{
	char *text = mem_dup(owner, name);
	for (char *s = text; *s; s++)
		*s = *s == '_' ? ' ' : (char)toupper((unsigned char)*s);
	return text;
}

/* How many places of a terminal s takes. */
static size_t width_of(const char *s)
{
	size_t width = 0, size = strlen(s);
	mbstate_t state = { 0 };
	for (size_t n; *s; s += n, size -= n) {
		wchar_t c;
		n = mbrtowc(&c, s, size, &state);
		if (n == 0 || n > size)
			return width + size;
		int places = wcwidth(c);
		width += places > 0 ? (size_t)places : 0;
	}
	return width;
}

struct listing *listing_new(void *owner, FILE *out, const char *const *columns, bool json)
{
	struct listing *l = make(owner, out, json);
	l->columns = columns;
	while (columns[l->count])
		l->count++;
	l->widths = mem_array(l, size_t, l->count);
	for (size_t i = 0; l->form == FORM_TABLE && i < l->count; i++)
		*mem_push(l, l->cells, l->cell_count) = heading(l, columns[i]);
	return l;
}

struct listing *listing_show(void *owner, FILE *out, bool json)
{
	struct listing *l = make(owner, out, json);
	l->single = true;
	l->count = 2;
	l->widths = mem_array(l, size_t, l->count);
	return l;
}

static void pad(struct listing *l, size_t used, size_t width)
{
	for (; used < width + GAP; used++)
		fputc(' ', l->out);
}

/* Prints the rows that wait, and measures them when they are the first. */
static void flush_rows(struct listing *l)
{
	for (size_t i = 0; i < l->cell_count; i++) {
		size_t width = width_of(l->cells[i]), *widest = &l->widths[i % l->count];
		*widest = width > *widest ? width : *widest;
	}
	for (size_t i = 0; i < l->cell_count; i++) {
		fputs(l->cells[i], l->out);
		if (i % l->count + 1 == l->count)
			fputc('\n', l->out);
		else
			pad(l, width_of(l->cells[i]), l->widths[i % l->count]);
	}
	for (size_t i = 0; i < l->cell_count; i++)
		talloc_free(l->cells[i]);
	TALLOC_FREE(l->cells);
	l->cell_count = 0;
}

static const char *key(struct listing *l) { return l->single ? l->name : l->columns[l->at]; }

static void begin_json(struct listing *l)
{
	if (l->at == 0)
		fputs(l->single ? "{" : l->rows ? ",\n{" : "[\n{", l->out);
	fputs(l->single ? (l->at ? ",\n " : "\n ") : l->at ? ", " : "", l->out);
	void *t = talloc_new(NULL);
	char *name = text_replace(t, key(l), " ", "_");
	json_write_string(l->out, name, strlen(name));
	talloc_free(t);
	fputs(": ", l->out);
}

/* After a value: on to the next column. */
static void next(struct listing *l)
{
	l->at++;
	if (l->single || l->at < l->count)
		return;
	if (l->form == FORM_JSON)
		fputc('}', l->out);
	l->at = 0;
	l->rows++;
}

/* A value in words for people and scripts; of JSON nothing is left to do. */
static void cell(struct listing *l, const char *text)
{
	if (l->form == FORM_TABLE) {
		if (l->single)
			*mem_push(l, l->cells, l->cell_count) = mem_dup(l, l->name);
		*mem_push(l, l->cells, l->cell_count) = mem_dup(l, text);
		if (!l->single && l->at + 1 == l->count && l->cell_count >= MEASURED * l->count)
			flush_rows(l);
	} else {
		if (l->single)
			fprintf(l->out, "%s\t", l->name);
		fprintf(l->out, "%s%c", text, l->single || l->at + 1 == l->count ? '\n' : '\t');
	}
}

void listing_text(struct listing *l, const char *text)
{
	if (l->form == FORM_JSON) {
		begin_json(l);
		text ? json_write_string(l->out, text, strlen(text)) : (void)fputs("null", l->out);
	} else {
		char *line = mem_dup(l, text && *text ? text : l->single || l->at + 1 < l->count ? "-" : "");
		for (char *s = line; *s; s++)
			*s = (unsigned char)*s < ' ' || *s == 0x7F ? ' ' : *s;
		cell(l, line);
		talloc_free(line);
	}
	next(l);
}

void listing_count(struct listing *l, int64_t number, const char *unit)
{
	if (l->form == FORM_JSON) {
		begin_json(l);
		fprintf(l->out, "%" PRId64, number);
	} else {
		bool said = l->form == FORM_TABLE || !unit;
		char *text = mem_printf(l, "%" PRId64 "%s%s", number, said ? "" : " ", said ? "" : unit);
		cell(l, text);
		talloc_free(text);
	}
	next(l);
}

void listing_number(struct listing *l, int64_t number) { listing_count(l, number, NULL); }

void listing_time(struct listing *l, int64_t ms)
{
	char *text = ms ? clock_rfc3339(l, ms) : NULL;
	listing_text(l, text);
	talloc_free(text);
}

void listing_flag(struct listing *l, bool flag)
{
	if (l->form == FORM_JSON) {
		begin_json(l);
		fputs(flag ? "true" : "false", l->out);
	} else {
		cell(l, flag ? "yes" : "no");
	}
	next(l);
}

void listing_name(struct listing *l, const char *name) { l->name = name; }

void listing_end(struct listing *l)
{
	if (l->form == FORM_TABLE)
		flush_rows(l);
	else if (l->form == FORM_JSON)
		fputs(l->single ? (l->at ? "\n}\n" : "{}\n") : l->rows ? "\n]\n" : "[]\n", l->out);
	talloc_free(l);
}
