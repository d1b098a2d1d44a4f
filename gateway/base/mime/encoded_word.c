#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/charset.h"
#include "gateway/base/mime/transfer.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { VALUE_MAX = 64 << 10, CHARSET_MAX = 40, SECTIONS = 50 };

struct word {
	char charset[CHARSET_MAX];
	char encoding; /* b or q */
	const char *text, *end; /* of its payload; behind the word */
	size_t size;
};

/* Text that was decoded, and bytes of which more may follow in the next word. */
struct words {
	struct buf *out, *held;
	char charset[CHARSET_MAX];
};

/* Is there a word at s? */
static bool word_at(const char *s, struct word *w)
{
	if (s[0] != '=' || s[1] != '?')
		return false;
	size_t n = strcspn(s + 2, "? \t\n"), label = strcspn(s + 2, "?* \t\n");
	const char *p = s + 2 + n;
	if (*p != '?' || label == 0 || label >= CHARSET_MAX || !p[1] || p[2] != '?')
		return false;
	w->encoding = (char)tolower((unsigned char)p[1]);
	w->text = p + 3;
	const char *end = strstr(w->text, "?=");
	/* "?=" may be that of an encoded word's own "=" at its beginning, "?Q?=C3". */
	if (!end || (w->encoding != 'b' && w->encoding != 'q') || memmem(w->text, (size_t)(end - w->text), "=?", 2))
		return false;
	memcpy(w->charset, s + 2, label);
	w->charset[label] = '\0';
	w->size = (size_t)(end - w->text);
	w->end = end + 2;
	return true;
}

static void flush(struct words *ws)
{
	if (!ws->held->size)
		return;
	char *text = charset_text(NULL, ws->held->data, ws->held->size, ws->charset);
	buf_add(ws->out, text, strlen(text));
	talloc_free(text);
	buf_clear(ws->held);
}

static void add_word(struct words *ws, const struct word *w)
{
	size_t size;
	char *payload = mem_ndup(NULL, w->text, w->size);
	for (char *p = payload; w->encoding == 'q' && *p; p++)
		*p = *p == '_' ? ' ' : *p;
	char *bytes = transfer_decode(payload, payload, w->size, w->encoding == 'q' ? "quoted-printable" : "base64", &size);
	if (!text_same(ws->charset, w->charset))
		flush(ws);
	snprintf(ws->charset, sizeof ws->charset, "%s", w->charset);
	buf_add(ws->held, bytes, size);
	talloc_free(payload);
}

char *encoded_word_text(void *owner, const char *value)
{
	char *plain = charset_text(NULL, value, strnlen(value, VALUE_MAX), "");
	struct words ws = { .out = buf_new(plain, 4 * VALUE_MAX), .held = buf_new(plain, 4 * VALUE_MAX) };
	struct word w;
	for (const char *s = plain; *s;) {
		size_t blanks = strspn(s, " \t");
		/* Blanks between two words are none of the text. */
		if (ws.held->size && word_at(s + blanks, &w))
			s += blanks;
		if (word_at(s, &w)) {
			add_word(&ws, &w);
			s = w.end;
			continue;
		}
		flush(&ws);
		buf_add(ws.out, s++, 1);
	}
	flush(&ws);
	for (size_t i = 0; i < ws.out->size; i++)
		if ((unsigned char)ws.out->data[i] < ' ')
			ws.out->data[i] = ' ';
	char *text = mem_dup(owner, ws.out->data);
	talloc_free(plain);
	return text;
}

/* The value at s, quoted or a token, into out; returns where it ends. */
static const char *value_at(const char *s, struct buf *out)
{
	bool quoted = *s == '"';
	for (s += quoted; *s && (quoted ? *s != '"' : *s != ';'); s++) {
		s += quoted && *s == '\\' && s[1];
		buf_add(out, s, 1);
	}
	while (!quoted && out->size && (out->data[out->size - 1] == ' ' || out->data[out->size - 1] == '\t'))
		out->data[--out->size] = '\0';
	return s + (quoted && *s);
}

/* A section of a parameter: its name was followed by "", "*", "*N" or "*N*". */
static void add_section(const struct buf *value, struct buf *bytes, char *charset, bool first)
{
	const char *s = value->data, *quote = first ? strchr(s, '\'') : NULL, *second = quote ? strchr(quote + 1, '\'') : NULL;
	if (second) {
		snprintf(charset, CHARSET_MAX, "%.*s", (int)(quote - s), s);
		s = second + 1;
	}
	for (; *s; s++) {
		char digits[3] = { s[0] == '%' ? s[1] : '\0', s[0] == '%' && s[1] ? s[2] : '\0' }, c = *s;
		if (isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1])) {
			c = (char)strtol(digits, NULL, 16);
			s += 2;
		}
		buf_add(bytes, &c, 1);
	}
}

/* How many bytes the mark behind a name takes, "*3*="; -1: the name goes on. */
static int mark_at(const char *s, int *number, bool *extended)
{
	const char *p = s;
	*number = -1;
	*extended = false;
	if (*p == '*' && isdigit((unsigned char)p[1])) {
		*number = atoi(++p);
		p += strspn(p, "0123456789");
	}
	if (*p == '*') {
		*extended = true;
		p++;
	}
	p += strspn(p, " \t");
	return *p == '=' ? (int)(p + 1 - s) : -1;
}

struct found {
	struct buf *plain, *sections[SECTIONS];
	bool extended[SECTIONS];
};

/* Reads each parameter of that name. */
static void find(struct found *f, const char *value, const char *name)
{
	size_t n = strlen(name);
	struct buf *scratch = buf_new(f, VALUE_MAX);
	for (const char *s = value + strcspn(value, ";"); *s; s += strcspn(s, ";")) {
		int number = -1, mark;
		bool extended = false;
		s += strspn(s, "; \t");
		bool ours = strncasecmp(s, name, n) == 0 && (mark = mark_at(s + n, &number, &extended)) > 0;
		const char *equals = ours ? s + n + mark : s + strcspn(s, "=;");
		equals += !ours && *equals == '=';
		equals += strspn(equals, " \t");
		struct buf *to = ours ? buf_new(f, VALUE_MAX) : scratch;
		buf_clear(scratch);
		s = value_at(equals, to);
		int at = number < 0 ? 0 : number;
		if (ours && number < 0 && !extended)
			f->plain = f->plain ? f->plain : to;
		else if (ours && at < SECTIONS) {
			f->sections[at] = to;
			f->extended[at] = extended;
		}
	}
}

char *encoded_word_parameter(void *owner, const char *value, const char *name)
{
	struct found *f = mem_new(NULL, struct found);
	char charset[CHARSET_MAX] = "", *text = NULL;
	struct buf *bytes = buf_new(f, VALUE_MAX);
	find(f, value, name);
	for (size_t i = 0; i < SECTIONS && f->sections[i]; i++)
		if (f->extended[i])
			add_section(f->sections[i], bytes, charset, i == 0);
		else
			buf_add(bytes, f->sections[i]->data, f->sections[i]->size);
	if (f->sections[0])
		text = charset_text(owner, bytes->data, bytes->size, charset);
	else if (f->plain)
		text = encoded_word_text(owner, f->plain->data);
	talloc_free(f);
	return text;
}
