#include "gateway/archive/rendering/plain_wrap.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define MAX_LEVELS 200
#define LEAST_WIDTH 20 /* however deep the indentation */

struct level {
	char *first, *rest;
	bool started; /* first has been written */
};

struct plain_fill {
	FILE *out;
	int width;
	struct level levels[MAX_LEVELS];
	size_t depth;
	size_t beyond; /* indents that found no room */
	bool written, gap;
	bool opening; /* an indentation has begun, and nothing stands in it yet */
};

struct plain_fill *plain_fill_new(void *owner, FILE *out, int width)
{
	struct plain_fill *f = mem_new(owner, struct plain_fill);
	f->out = out;
	f->width = width;
	return f;
}

/* Columns that a character takes: none for what joins others, two for East Asian wide ones and pictures. */
static int columns(uint32_t c)
{
	static const struct { uint32_t from, to; int columns; } ranges[] = {
		{ 0x300, 0x36F, 0 }, { 0x1100, 0x115F, 2 }, { 0x200B, 0x200F, 0 }, { 0x20E3, 0x20E3, 0 }, { 0x2E80, 0xA4CF, 2 },
		{ 0xAC00, 0xD7A3, 2 }, { 0xF900, 0xFAFF, 2 }, { 0xFE00, 0xFE0F, 0 }, { 0xFE30, 0xFE6F, 2 }, { 0xFF00, 0xFF60, 2 },
		{ 0x1F300, 0x1FAFF, 2 }, { 0x20000, 0x3FFFD, 2 },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].from; i++)
		if (c <= ranges[i].to)
			return ranges[i].columns;
	return 1;
}

static int width_of(const char *s, size_t size)
{
	int width = 0;
	for (const char *p = s; p < s + size && *p;)
		width += columns(text_next(&p));
	return width;
}

/* The prefixes of a line; the first line of a level has its own.  A blank line belongs to levels that have begun. */
static int write_prefix(struct plain_fill *f, bool blank)
{
	char *line = mem_dup(NULL, "");
	for (size_t i = 0; i < f->depth; i++) {
		struct level *level = &f->levels[i];
		if (blank && !level->started)
			break;
		line = mem_check(talloc_strdup_append_buffer(line, level->started ? level->rest : level->first));
		level->started = true;
	}
	size_t n = strlen(line);
	int width = width_of(line, n);
	while (blank && n && line[n - 1] == ' ')
		n--;
	fprintf(f->out, "%.*s", (int)n, line);
	talloc_free(line);
	return width;
}

static int begin_line(struct plain_fill *f)
{
	if (f->gap && f->written) {
		write_prefix(f, true);
		fputc('\n', f->out);
	}
	f->gap = f->opening = false;
	f->written = true;
	return write_prefix(f, false);
}

/* The length of the piece at s that must stay together: up to a space, or one wide character. */
static size_t piece(const char *s)
{
	size_t n = 0;
	while (s[n] && s[n] != ' ') {
		const char *after = s + n;
		bool wide = columns(text_next(&after)) == 2;
		if (wide && n)
			return n;
		n = (size_t)(after - s);
		if (wide)
			return n;
	}
	return n;
}

static void fill_line(struct plain_fill *f, const char *s)
{
	int margin = begin_line(f), at = margin, room = f->width - margin < LEAST_WIDTH ? margin + LEAST_WIDTH : f->width;
	bool space = false;
	while (*s) {
		size_t n = piece(s);
		if (!n) {
			space = at > margin;
			s++;
			continue;
		}
		int width = width_of(s, n);
		if (at > margin && at + space + width > room) {
			fputc('\n', f->out);
			at = margin = begin_line(f);
			space = false;
		}
		fprintf(f->out, "%s%.*s", space ? " " : "", (int)n, s);
		at += space + width;
		space = false;
		s += n;
	}
	fputc('\n', f->out);
}

void plain_fill_text(struct plain_fill *f, const char *text)
{
	while (!text_blank(text)) {
		size_t n = strcspn(text, "\n");
		char *line = mem_ndup(NULL, text, n), *trimmed = text_trim(line, line);
		if (*trimmed)
			fill_line(f, trimmed);
		talloc_free(line);
		text += n + (text[n] == '\n');
	}
}

void plain_fill_lines(struct plain_fill *f, const char *text)
{
	size_t size = strlen(text);
	while (size && text[size - 1] == '\n')
		size--;
	for (const char *end = text + size; text < end;) {
		size_t n = strcspn(text, "\n");
		n = n < (size_t)(end - text) ? n : (size_t)(end - text);
		if (n)
			begin_line(f);
		fprintf(f->out, "%.*s\n", (int)n, text);
		text += n + 1;
	}
}

void plain_fill_rule(struct plain_fill *f, char sign, const char *words)
{
	int margin = begin_line(f), width = width_of(words, strlen(words));
	for (int i = 0; i < width && i < f->width - margin; i++)
		fputc(sign, f->out);
	fputc('\n', f->out);
}

void plain_fill_gap(struct plain_fill *f) { f->gap = f->gap || !f->opening; }
void plain_fill_tight(struct plain_fill *f) { f->gap = false; }

void plain_fill_indent(struct plain_fill *f, const char *first, const char *rest)
{
	if (f->depth == MAX_LEVELS) {
		f->beyond++;
		return;
	}
	struct level *level = &f->levels[f->depth++];
	f->opening = true;
	level->started = false;
	level->first = mem_dup(f, first);
	level->rest = rest ? mem_dup(f, rest) : mem_printf(f, "%*s", (int)strlen(first), "");
}

void plain_fill_outdent(struct plain_fill *f)
{
	if (f->beyond)
		f->beyond--;
	else
		f->depth--;
}
