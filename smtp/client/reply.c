#include "smtp/client/reply.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct line {
	int code;
	bool last;          /* of its reply */
	const char *text;   /* after the code */
	size_t size, whole; /* of text; of the line with its end */
};

static int code_of(const char *s, size_t size)
{
	if (size < 3 || s[0] < '2' || s[0] > '5' || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]))
		return 0;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

/* The line at `at`; a bare LF ends it too, because some servers send it. */
static enum reply_take line_at(const struct buf *in, size_t at, struct line *line)
{
	const char *start = in->data + at, *end = memchr(start, '\n', in->size - at);
	size_t size = end ? (size_t)(end - start) : in->size - at;
	if (size > REPLY_LINE_MAX || at + size > REPLY_MAX)
		return REPLY_BROKEN;
	if (!end)
		return REPLY_INCOMPLETE;
	line->whole = size + 1;
	if (size && start[size - 1] == '\r')
		size--;
	line->code = code_of(start, size);
	line->last = size == 3 || (size > 3 && start[3] == ' ');
	if (line->code == 0 || (!line->last && start[3] != '-'))
		return REPLY_BROKEN;
	line->text = start + (size > 3 ? 4 : 3);
	line->size = size > 3 ? size - 4 : 0;
	return REPLY_TAKEN;
}

/* The length of "5.1.1" at the start of words: a class that fits the code, subject and detail of one to three digits. */
static size_t status_size(const char *words, int code)
{
	size_t n = 2;
	if (words[0] != '0' + code / 100 || words[1] != '.')
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = strspn(words + n, "0123456789");
		if (digits < 1 || digits > 3 || (part == 0 && words[n + digits] != '.'))
			return 0;
		n += digits + (part == 0);
	}
	return words[n] == '\0' || words[n] == ' ' ? n : 0;
}

/* Replaces control characters and invalid UTF-8, which must not reach logs, pages and the database. */
static char *readable(void *owner, const char *s, size_t size)
{
	char *copy = mem_array(owner, char, size + 1);
	bool utf8 = text_utf8(s, size);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)s[i];
		copy[i] = c < 0x20 || c == 0x7f ? ' ' : c >= 0x80 && !utf8 ? '?' : (char)c;
	}
	return copy;
}

/* Servers repeat the status code on each line; it is kept only once. */
static void write_text(void *owner, struct reply *r)
{
	char *whole = mem_printf(owner, "%d", r->code);
	for (size_t i = 0; i < r->count && strlen(whole) <= REPLY_TEXT_MAX; i++) {
		const char *words = r->lines[i];
		size_t status = i > 0 ? status_size(words, r->code) : 0;
		whole = mem_check(talloc_asprintf_append_buffer(whole, " %s", words + status));
	}
	r->text = text_squeeze(owner, whole);
	size_t size = strlen(r->text);
	if (size > REPLY_TEXT_MAX) {
		size = REPLY_TEXT_MAX;
		while (size > 0 && (r->text[size] & 0xc0) == 0x80)
			size--;
		r->text[size] = '\0';
	}
	talloc_free(whole);
}

enum reply_take reply_take(void *owner, struct buf *in, struct reply *r)
{
	struct line line;
	enum reply_take took;
	size_t at = 0, lines = 0;
	do {
		took = line_at(in, at, &line);
		if (took != REPLY_TAKEN)
			return took;
		if (lines++ > 0 && line.code != r->code)
			return REPLY_BROKEN;
		*r = (struct reply){ .code = line.code };
		at += line.whole;
	} while (!line.last);

	r->lines = mem_array(owner, char *, lines);
	for (size_t here = 0; here < at; here += line.whole) {
		line_at(in, here, &line);
		r->lines[r->count++] = readable(owner, line.text, line.size);
	}
	snprintf(r->status, sizeof r->status, "%.*s", (int)status_size(r->lines[0], r->code), r->lines[0]);
	write_text(owner, r);
	buf_drop(in, at);
	return REPLY_TAKEN;
}
