#include "smtp/reply.h"
#include "gateway/base/mem.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 600 };

static bool is_code(const char *line, size_t size)
{
	return size >= 3 && line[0] >= '2' && line[0] <= '5' && isdigit((unsigned char)line[1]) && isdigit((unsigned char)line[2]) &&
	       (size == 3 || line[3] == ' ' || line[3] == '-');
}

/* "5.1.1 words" -> "5.1.1"; class, subject and detail of one to three digits each (RFC 3463 section 2). */
static void read_status(struct reply *r, const char *words, int code)
{
	size_t n = strspn(words, "0123456789.");
	int used = 0;
	r->status[0] = '\0';
	if (n >= sizeof r->status || (words[n] && !isspace((unsigned char)words[n])) || words[0] != '0' + code / 100)
		return;
	if (sscanf(words, "%*1d.%*3d.%*3d%n", &used) == 0 && used == (int)n && n > 0)
		snprintf(r->status, sizeof r->status, "%.*s", (int)n, words);
}

static void add_words(struct reply *r, const char *words, size_t size)
{
	if (strlen(r->text) + size > WORDS_MAX)
		return;
	r->text = mem_check(talloc_asprintf_append_buffer(r->text, "%s%.*s", *r->text ? " " : "", (int)size, words));
	for (char *p = r->text; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = ' ';
}

enum reply_take reply_take(void *owner, struct buf *in, struct reply *r)
{
	size_t at = 0;
	*r = (struct reply){ .text = mem_dup(owner, "") };
	for (bool first = true;; first = false) {
		char *line = in->data + at, *nl = memchr(line, '\n', in->size - at);
		if (!nl)
			return in->size - at > REPLY_LINE_MAX || at > REPLY_MAX ? REPLY_BROKEN : REPLY_INCOMPLETE;
		size_t size = (size_t)(nl - line);
		if (size && line[size - 1] == '\r')
			size--;
		if (!is_code(line, size) || (!first && strtol(line, NULL, 10) != r->code))
			return REPLY_BROKEN;
		r->code = (int)strtol(line, NULL, 10);
		if (first) {
			char *words = mem_ndup(owner, line, size);
			read_status(r, size > 4 ? words + 4 : "", r->code);
			talloc_free(words);
		}
		add_words(r, first ? line : line + (size > 4 ? 4 : size), first ? size : size > 4 ? size - 4 : 0);
		at += (size_t)(nl - line) + 1;
		if (size == 3 || line[3] == ' ') {
			buf_drop(in, at);
			return REPLY_TAKEN;
		}
	}
}
