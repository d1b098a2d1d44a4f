#include "gateway/archive/rendering/plain_wrap.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define MAX_LEVELS 200
#define LEAST_WIDTH 20 /* of the text, at any indentation */

struct level {
	char *first, *rest;
	bool started; /* first has been written */
};

struct plain_wrap {
	FILE *out;
	int width;
	struct level levels[MAX_LEVELS];
	size_t depth;
	size_t beyond; /* indentations past MAX_LEVELS */
	bool written, gap;
	bool opening; /* an indentation was started and no line of it is written yet */
};

struct plain_wrap *plain_wrap_new(void *owner, FILE *out, int width)
{
	struct plain_wrap *w = mem_new(owner, struct plain_wrap);
	w->out = out;
	w->width = width;
	return w;
}

/* The columns of a character: none for combining ones, two for East Asian wide ones and emoji. */
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

/* Writes the prefixes of all levels; a blank line has only those of levels that already have text.  Returns their width. */
static int write_prefix(struct plain_wrap *w, bool blank)
{
	char *line = mem_dup(NULL, "");
	for (size_t i = 0; i < w->depth; i++) {
		struct level *level = &w->levels[i];
		if (blank && !level->started)
			break;
		line = mem_check(talloc_strdup_append_buffer(line, level->started ? level->rest : level->first));
		level->started = true;
	}
	size_t n = strlen(line);
	int width = width_of(line, n);
	while (blank && n && line[n - 1] == ' ')
		n--;
	fprintf(w->out, "%.*s", (int)n, line);
	talloc_free(line);
	return width;
}

static int begin_line(struct plain_wrap *w)
{
	if (w->gap && w->written) {
		write_prefix(w, true);
		fputc('\n', w->out);
	}
	w->gap = w->opening = false;
	w->written = true;
	return write_prefix(w, false);
}

/* The length of the text at s that must not be broken: up to a space, or one wide character. */
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

static void wrap_line(struct plain_wrap *w, const char *s)
{
	int margin = begin_line(w), at = margin, room = w->width - margin < LEAST_WIDTH ? margin + LEAST_WIDTH : w->width;
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
			fputc('\n', w->out);
			at = margin = begin_line(w);
			space = false;
		}
		fprintf(w->out, "%s%.*s", space ? " " : "", (int)n, s);
		at += space + width;
		space = false;
		s += n;
	}
	fputc('\n', w->out);
}

void plain_wrap_text(struct plain_wrap *w, const char *text)
{
	while (!text_blank(text)) {
		size_t n = strcspn(text, "\n");
		char *line = mem_ndup(NULL, text, n), *trimmed = text_trim(line, line);
		if (*trimmed)
			wrap_line(w, trimmed);
		talloc_free(line);
		text += n + (text[n] == '\n');
	}
}

void plain_wrap_lines(struct plain_wrap *w, const char *text)
{
	size_t size = strlen(text);
	while (size && text[size - 1] == '\n')
		size--;
	for (const char *end = text + size; text < end;) {
		size_t n = strcspn(text, "\n");
		n = n < (size_t)(end - text) ? n : (size_t)(end - text);
		if (n)
			begin_line(w);
		fprintf(w->out, "%.*s\n", (int)n, text);
		text += n + 1;
	}
}

void plain_wrap_rule(struct plain_wrap *w, char sign, const char *words)
{
	int margin = begin_line(w), width = width_of(words, strlen(words));
	for (int i = 0; i < width && i < w->width - margin; i++)
		fputc(sign, w->out);
	fputc('\n', w->out);
}

void plain_wrap_gap(struct plain_wrap *w) { w->gap = w->gap || !w->opening; }
void plain_wrap_tight(struct plain_wrap *w) { w->gap = false; }

void plain_wrap_indent(struct plain_wrap *w, const char *first, const char *rest)
{
	if (w->depth == MAX_LEVELS) {
		w->beyond++;
		return;
	}
	struct level *level = &w->levels[w->depth++];
	w->opening = true;
	level->started = false;
	level->first = mem_dup(w, first);
	level->rest = rest ? mem_dup(w, rest) : mem_printf(w, "%*s", (int)strlen(first), "");
}

void plain_wrap_outdent(struct plain_wrap *w)
{
	if (w->beyond)
		w->beyond--;
	else
		w->depth--;
}
