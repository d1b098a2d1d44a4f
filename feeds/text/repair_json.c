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

/* Brackets nested deeper than this are dropped; jansson accepts 2048 levels. */
#define DEPTH 500

/* The token that was written last. */
enum last { OPENED, NAMED, COLON, VALUE, COMMA };

struct json_repair {
	const char *p, *end;
	struct buf *out;
	const char *wrong; /* the first fault */
	char open[DEPTH];
	size_t depth;
	enum last last;
	bool name;         /* the string that is read is a member's name */
	size_t comma;      /* offset in out of the last comma */
	bool done;
};

static void note(struct json_repair *r, const char *wrong)
{
	if (!r->wrong)
		r->wrong = wrong;
}

static void put(struct json_repair *r, const char *s, size_t size)
{
	if (!buf_add(r->out, s, size)) {
		note(r, "too long");
		r->done = true;
	}
}

static void put_word(struct json_repair *r, const char *s) { put(r, s, strlen(s)); }

/* --- strings --- */

static void put_escape(struct json_repair *r, unsigned cp)
{
	char s[8];
	put(r, s, (size_t)snprintf(s, sizeof s, "\\u%04x", cp & 0xFFFF));
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

/* Are the two escapes at p a surrogate pair? */
static bool is_pair(const struct json_repair *r, int32_t high)
{
	int32_t low = -1;
	if (high >= 0xD800 && high < 0xDC00 && r->end - r->p > 11 && r->p[6] == '\\' && r->p[7] == 'u')
		low = unit(r->p + 8, r->end);
	return low >= 0xDC00 && low <= 0xDFFF;
}

/* At "\u": copies the escape, or both of a surrogate pair.  A lone surrogate becomes U+FFFD, and so does a NUL in a name,
 * which jansson refuses. */
static void unicode(struct json_repair *r)
{
	int32_t cp = unit(r->p + 2, r->end);
	bool pair = is_pair(r, cp), none = !pair && ((cp >= 0xD800 && cp <= 0xDFFF) || (!cp && r->name));
	size_t size = cp < 0 ? 2 : pair ? 12 : 6;
	if (cp < 0 || none)
		note(r, "an escape of no character");
	if (cp < 0)
		put_word(r, "u");
	else if (none)
		put_escape(r, 0xFFFD);
	else
		put(r, r->p, size);
	r->p += size;
}

static void escape(struct json_repair *r)
{
	char c = r->end - r->p > 1 ? r->p[1] : '\0';
	if (c == 'u') {
		unicode(r);
	} else if (c && strchr("\"\\/bfnrt", c)) {
		put(r, r->p, 2);
		r->p += 2;
	} else {
		/* "\'" and the like: only the backslash is dropped. */
		note(r, "an escape that JSON does not know");
		r->p++;
	}
}

/* At the opening quote of a string. */
static void string(struct json_repair *r)
{
	put(r, r->p++, 1);
	while (r->p < r->end && *r->p != '"') {
		const char *run = r->p;
		while (r->p < r->end && *r->p != '"' && *r->p != '\\' && (unsigned char)*r->p >= 0x20)
			r->p++;
		put(r, run, (size_t)(r->p - run));
		if (r->p == r->end || *r->p == '"')
			break;
		if (*r->p == '\\') {
			escape(r);
			continue;
		}
		note(r, "a control character");
		if (*r->p == '\n' || *r->p == '\t' || *r->p == '\r')
			put_escape(r, (unsigned char)*r->p);
		r->p++;
	}
	if (r->p == r->end)
		note(r, "an end in the middle");
	put(r, "\"", 1);
	r->p += r->p < r->end;
}

/* --- tokens --- */

/* Is a member's name expected here? */
static bool wants_name(const struct json_repair *r)
{
	return r->depth && r->open[r->depth - 1] == '{' && (r->last == OPENED || r->last == COMMA || r->last == VALUE);
}

/* Before a name or value: writes the comma or the colon that is missing. */
static void before_value(struct json_repair *r)
{
	if (r->depth && r->last == VALUE) {
		note(r, "a missing comma");
		put(r, ",", 1);
		r->last = COMMA;
	}
	if (r->last == NAMED) {
		note(r, "a missing colon");
		put(r, ":", 1);
		r->last = COLON;
	}
}

static void wrote(struct json_repair *r, bool name) { r->last = name ? NAMED : VALUE; }

static void open_one(struct json_repair *r)
{
	if (wants_name(r) || r->depth == DEPTH) {
		note(r, "a value where a name should be, or too many in each other");
		r->p++;
		return;
	}
	before_value(r);
	r->open[r->depth++] = *r->p;
	put(r, r->p++, 1);
	r->last = OPENED;
}

/* Ends the innermost array or object. */
static void close_one(struct json_repair *r)
{
	if (r->last == COMMA) {
		note(r, "a comma too many");
		r->out->data[r->comma] = ' ';
	}
	if (r->last == NAMED || r->last == COLON) {
		note(r, "a name without a value");
		put_word(r, r->last == NAMED ? ":null" : "null");
	}
	put(r, r->open[--r->depth] == '{' ? "}" : "]", 1);
	r->last = VALUE;
}

static void close_to(struct json_repair *r)
{
	char opened = *r->p++ == '}' ? '{' : '[';
	size_t depth = r->depth;
	while (depth && r->open[depth - 1] != opened)
		depth--;
	if (depth != r->depth)
		note(r, "brackets that do not match");
	while (depth && r->depth >= depth)
		close_one(r);
	r->done = !r->depth;
}

static void separator(struct json_repair *r)
{
	bool comma = *r->p == ',', fits = r->depth && (comma ? r->last == VALUE : r->last == NAMED);
	if (fits) {
		r->comma = r->out->size;
		put(r, r->p, 1);
		r->last = comma ? COMMA : COLON;
	} else {
		note(r, "a comma or colon too many");
	}
	r->p++;
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

/* Is the number too large for the parser?  Such numbers are identifiers, and are quoted.  What follows s must end the number. */
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

/* A number, a literal, a name without quotes, or a word that is none of them and becomes null. */
static void bare_word(struct json_repair *r)
{
	const char *start = r->p;
	while (r->p < r->end && *r->p && in_word(*r->p))
		r->p++;
	size_t size = (size_t)(r->p - start);
	bool name = wants_name(r), large = is_number(start, size) && is_large(start, size), quoted = name || large;
	bool fine = !quoted && is_literal(start, size);
	before_value(r);
	if (!fine)
		note(r, "a word without quotes");
	if (quoted)
		put(r, "\"", 1);
	if (quoted || fine)
		put(r, start, size);
	else
		put_word(r, "null");
	if (quoted)
		put(r, "\"", 1);
	wrote(r, name);
}

static void skip_comment(struct json_repair *r)
{
	bool line = r->end - r->p > 1 && r->p[1] == '/';
	const char *stop = r->end - r->p > 2 ? memmem(r->p + 2, (size_t)(r->end - r->p - 2), line ? "\n" : "*/", line ? 1 : 2) : NULL;
	note(r, "a comment");
	r->p = stop ? stop + (line ? 1 : 2) : r->end;
}

static void piece(struct json_repair *r)
{
	char c = *r->p;
	if (c == '"') {
		r->name = wants_name(r);
		before_value(r);
		string(r);
		wrote(r, r->name);
	} else if (c == '{' || c == '[') {
		open_one(r);
	} else if (c == '}' || c == ']') {
		close_to(r);
	} else if (c == ',' || c == ':') {
		separator(r);
	} else if (c && in_word(c)) {
		bare_word(r);
	} else if (r->end - r->p > 1 && c == '/' && (r->p[1] == '/' || r->p[1] == '*')) {
		skip_comment(r);
	} else {
		note(r, "a stray character");
		r->p++;
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
	struct json_repair r = { .p = text, .end = text + size, .out = buf_new(done, size * 2 + 65536), .last = VALUE };
	while (r.p < r.end && !r.done) {
		size_t n = blank(r.p, r.end);
		put(&r, r.p, n);
		r.p += n;
		if (r.p < r.end)
			piece(&r);
	}
	if (r.depth)
		note(&r, "an end in the middle");
	r.out->max += 8 * DEPTH;
	while (r.depth)
		close_one(&r);
	if (r.p + blank(r.p, r.end) < r.end)
		note(&r, "text after the document");
	done->text = r.out->data;
	done->size = r.out->size;
	done->wrong = r.wrong;
	return done;
}
