#include "feeds/text/repair_json.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No parser goes deeper. */
#define DEPTH 500

/* What was written last, as far as it decides on what may follow. */
enum last { OPENED, NAMED, COLON, VALUE, COMMA };

struct mend {
	const char *p, *end;
	struct buf *out;
	const char *wrong; /* the first fault */
	char open[DEPTH];
	size_t depth;
	enum last last;
	bool name;         /* in a string that is a name */
	size_t comma;      /* where in out the last comma is */
	bool done;
};

static void note(struct mend *m, const char *wrong)
{
	if (!m->wrong)
		m->wrong = wrong;
}

static void put(struct mend *m, const char *s, size_t size)
{
	if (!buf_add(m->out, s, size)) {
		note(m, "too long");
		m->done = true;
	}
}

static void put_word(struct mend *m, const char *s) { put(m, s, strlen(s)); }

/* --- strings --- */

static void put_escape(struct mend *m, unsigned cp)
{
	char s[8];
	put(m, s, (size_t)snprintf(s, sizeof s, "\\u%04x", cp & 0xFFFF));
}

/* The four hexadecimal digits at s, or -1. */
static int32_t unit(const char *s, const char *end)
{
	int32_t value = 0;
	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return -1;
		value = value * 16 + (isdigit((unsigned char)s[i]) ? s[i] - '0' : (s[i] | 0x20) - 'a' + 10);
	}
	return value;
}

/* Do the two escapes at m->p mean the halves of one character? */
static bool both_halves(const struct mend *m, int32_t high)
{
	int32_t low = -1;
	if (high >= 0xD800 && high < 0xDC00 && m->end - m->p > 11 && m->p[6] == '\\' && m->p[7] == 'u')
		low = unit(m->p + 8, m->end);
	return low >= 0xDC00 && low <= 0xDFFF;
}

/* At "\u": a character, or both halves of one; half of one is none, nor is a NUL in a name, which parsers refuse. */
static void unicode(struct mend *m)
{
	int32_t cp = unit(m->p + 2, m->end);
	bool both = both_halves(m, cp), none = !both && ((cp >= 0xD800 && cp <= 0xDFFF) || (!cp && m->name));
	size_t size = cp < 0 ? 2 : both ? 12 : 6;
	if (cp < 0 || none)
		note(m, "an escape of no character");
	if (cp < 0)
		put_word(m, "u");
	else if (none)
		put_escape(m, 0xFFFD);
	else
		put(m, m->p, size);
	m->p += size;
}

static void escape(struct mend *m)
{
	char c = m->end - m->p > 1 ? m->p[1] : '\0';
	if (c == 'u') {
		unicode(m);
	} else if (c && strchr("\"\\/bfnrt", c)) {
		put(m, m->p, 2);
		m->p += 2;
	} else {
		/* "\'" and its like: the character is meant. */
		note(m, "an escape that JSON does not know");
		m->p++;
	}
}

/* At the quote that begins a string. */
static void string(struct mend *m)
{
	put(m, m->p++, 1);
	while (m->p < m->end && *m->p != '"') {
		const char *run = m->p;
		while (m->p < m->end && *m->p != '"' && *m->p != '\\' && (unsigned char)*m->p >= 0x20)
			m->p++;
		put(m, run, (size_t)(m->p - run));
		if (m->p == m->end || *m->p == '"')
			break;
		if (*m->p == '\\') {
			escape(m);
			continue;
		}
		note(m, "a control character");
		if (*m->p == '\n' || *m->p == '\t' || *m->p == '\r')
			put_escape(m, (unsigned char)*m->p);
		m->p++;
	}
	if (m->p == m->end)
		note(m, "an end in the middle");
	put(m, "\"", 1);
	m->p += m->p < m->end;
}

/* --- what stands between --- */

/* Is this where an object wants a name? */
static bool wants_name(const struct mend *m)
{
	return m->depth && m->open[m->depth - 1] == '{' && (m->last == OPENED || m->last == COMMA || m->last == VALUE);
}

/* Before a name or value: the comma or the colon that should have been. */
static void before_value(struct mend *m)
{
	if (m->depth && m->last == VALUE) {
		note(m, "a missing comma");
		put(m, ",", 1);
		m->last = COMMA;
	}
	if (m->last == NAMED) {
		note(m, "a missing colon");
		put(m, ":", 1);
		m->last = COLON;
	}
}

static void took(struct mend *m, bool name) { m->last = name ? NAMED : VALUE; }

static void open_one(struct mend *m)
{
	/* An object needs a name for what stands in it. */
	if (wants_name(m) || m->depth == DEPTH) {
		note(m, "a value where a name should be, or too many in each other");
		m->p++;
		return;
	}
	before_value(m);
	m->open[m->depth++] = *m->p;
	put(m, m->p++, 1);
	m->last = OPENED;
}

/* Ends the innermost array or object, whole. */
static void close_one(struct mend *m)
{
	if (m->last == COMMA) {
		note(m, "a comma too many");
		m->out->data[m->comma] = ' ';
	}
	if (m->last == NAMED || m->last == COLON) {
		note(m, "a name without a value");
		put_word(m, m->last == NAMED ? ":null" : "null");
	}
	put(m, m->open[--m->depth] == '{' ? "}" : "]", 1);
	m->last = VALUE;
}

static void close_to(struct mend *m)
{
	char opened = *m->p++ == '}' ? '{' : '[';
	size_t depth = m->depth;
	while (depth && m->open[depth - 1] != opened)
		depth--;
	if (depth != m->depth)
		note(m, "brackets that do not match");
	while (depth && m->depth >= depth)
		close_one(m);
	m->done = !m->depth;
}

static void separator(struct mend *m)
{
	bool comma = *m->p == ',', fits = m->depth && (comma ? m->last == VALUE : m->last == NAMED);
	if (fits) {
		m->comma = m->out->size;
		put(m, m->p, 1);
		m->last = comma ? COMMA : COLON;
	} else {
		note(m, "a comma or colon too many");
	}
	m->p++;
}

static size_t digits(const char *s, size_t size)
{
	size_t n = 0;
	while (n < size && isdigit((unsigned char)s[n]))
		n++;
	return n;
}

/* RFC 8259 section 6. */
static bool is_number(const char *s, size_t size)
{
	size_t sign = size && *s == '-', i = sign + digits(s + sign, size - sign);
	if (i == sign || (s[sign] == '0' && i > sign + 1))
		return false;
	if (i + 1 < size && s[i] == '.' && isdigit((unsigned char)s[i + 1]))
		i += 1 + digits(s + i + 1, size - i - 1);
	if (i < size && (s[i] | 0x20) == 'e') {
		i++;
		i += i < size && (s[i] == '+' || s[i] == '-');
		size_t n = digits(s + i, size - i);
		if (!n)
			return false;
		i += n;
	}
	return i == size;
}

/* Numbers that are names of something can be larger than what is counted with; parsers refuse them.  What follows s ends the
 * number. */
static bool is_large(const char *s, size_t size)
{
	size_t sign = *s == '-';
	bool whole = sign + digits(s + sign, size - sign) == size;
	if (!whole)
		return isinf(strtod(s, NULL));
	errno = 0;
	strtoll(s, NULL, 10);
	return errno == ERANGE;
}

static bool in_word(char c) { return isalnum((unsigned char)c) || strchr("+-._$", c) || (c & 0x80); }

static bool is_literal(const char *s, size_t size)
{
	return (size == 4 && (!memcmp(s, "true", 4) || !memcmp(s, "null", 4))) || (size == 5 && !memcmp(s, "false", 5)) || is_number(s, size);
}

/* A number, a literal, or what somebody took for one. */
static void bare_word(struct mend *m)
{
	const char *start = m->p;
	while (m->p < m->end && *m->p && in_word(*m->p))
		m->p++;
	size_t size = (size_t)(m->p - start);
	bool name = wants_name(m), large = is_number(start, size) && is_large(start, size), quoted = name || large;
	bool fine = !quoted && is_literal(start, size);
	before_value(m);
	if (!fine)
		note(m, "a word without quotes");
	if (quoted)
		put(m, "\"", 1);
	if (quoted || fine)
		put(m, start, size);
	else
		put_word(m, "null");
	if (quoted)
		put(m, "\"", 1);
	took(m, name);
}

static void skip_comment(struct mend *m)
{
	bool line = m->end - m->p > 1 && m->p[1] == '/';
	const char *stop = m->end - m->p > 2 ? memmem(m->p + 2, (size_t)(m->end - m->p - 2), line ? "\n" : "*/", line ? 1 : 2) : NULL;
	note(m, "a comment");
	m->p = stop ? stop + (line ? 1 : 2) : m->end;
}

static void piece(struct mend *m)
{
	char c = *m->p;
	if (c == '"') {
		m->name = wants_name(m);
		before_value(m);
		string(m);
		took(m, m->name);
	} else if (c == '{' || c == '[') {
		open_one(m);
	} else if (c == '}' || c == ']') {
		close_to(m);
	} else if (c == ',' || c == ':') {
		separator(m);
	} else if (c && in_word(c)) {
		bare_word(m);
	} else if (m->end - m->p > 1 && c == '/' && (m->p[1] == '/' || m->p[1] == '*')) {
		skip_comment(m);
	} else {
		note(m, "a stray character");
		m->p++;
	}
}

static size_t blank(const char *s, const char *end)
{
	const char *p = s;
	while (p < end && *p && strchr(" \t\r\n", *p))
		p++;
	return (size_t)(p - s);
}

struct repaired *repair_json(void *owner, const char *text, size_t size)
{
	struct repaired *done = mem_new(owner, struct repaired);
	struct mend m = { .p = text, .end = text + size, .out = buf_new(done, size * 2 + 65536), .last = VALUE };
	while (m.p < m.end && !m.done) {
		size_t n = blank(m.p, m.end);
		put(&m, m.p, n);
		m.p += n;
		if (m.p < m.end)
			piece(&m);
	}
	if (m.depth)
		note(&m, "an end in the middle");
	m.out->max += 8 * DEPTH;
	while (m.depth)
		close_one(&m);
	if (m.p + blank(m.p, m.end) < m.end)
		note(&m, "text after the document");
	done->text = m.out->data;
	done->size = m.out->size;
	done->wrong = m.wrong;
	return done;
}
