#include "gateway/base/html/html_token.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static size_t left(const struct html_scanner *s) { return (size_t)(s->end - s->at); }
static char peek(const struct html_scanner *s, size_t n) { return left(s) > n ? s->at[n] : '\0'; }

static void skip_space(struct html_scanner *s)
{
	while (s->at < s->end && is_space(*s->at))
		s->at++;
}

/* A name may contain only the characters of real names, so that it cannot be misread when it is written again. */
static void tag_name(struct html_scanner *s, struct html_token *t)
{
	size_t n = 0;
	bool plain = true;
	for (; s->at < s->end && !is_space(*s->at) && *s->at != '/' && *s->at != '>'; s->at++) {
		char c = *s->at;
		plain = plain && n < sizeof t->name - 1 && (isalnum((unsigned char)c) || (c && strchr("-_:.", c)));
		if (plain)
			t->name[n++] = (char)tolower((unsigned char)c);
	}
	t->name[plain ? n : 0] = '\0';
}

static struct html_span attribute_value(struct html_scanner *s)
{
	struct html_span value = { s->at, 0 };
	char quote = peek(s, 0);
	if (quote == '"' || quote == '\'') {
		value.at = ++s->at;
		const char *close = memchr(s->at, quote, left(s));
		value.size = (size_t)((close ? close : s->end) - s->at);
		s->at = close ? close + 1 : s->end;
		return value;
	}
	while (s->at < s->end && !is_space(*s->at) && *s->at != '>')
		s->at++;
	value.size = (size_t)(s->at - value.at);
	return value;
}

static bool name_fits(struct html_span name)
{
	for (size_t i = 0; i < name.size; i++)
		if (!isgraph((unsigned char)name.at[i]) || strchr("\"'<=", name.at[i]))
			return false;
	return name.size && name.size <= 64;
}

static void keep_attribute(struct html_token *t, struct html_span name, struct html_span value)
{
	if (t->attribute_count == HTML_TOKEN_ATTRIBUTES || !name_fits(name))
		return;
	for (size_t i = 0; i < t->attribute_count; i++)
		if (t->attributes[i].name.size == name.size && strncasecmp(t->attributes[i].name.at, name.at, name.size) == 0)
			return;
	t->attributes[t->attribute_count].name = name;
	t->attributes[t->attribute_count++].value = value;
}

static void attribute(struct html_scanner *s, struct html_token *t)
{
	struct html_span name = { s->at++, 0 }, value = { s->at, 0 };
	while (s->at < s->end && !is_space(*s->at) && !strchr("/>=", *s->at))
		s->at++;
	name.size = (size_t)(s->at - name.at);
	skip_space(s);
	if (peek(s, 0) == '=') {
		s->at++;
		skip_space(s);
		value = attribute_value(s);
	}
	keep_attribute(t, name, value);
}

/* False when the source ends within the tag. */
static bool tag(struct html_scanner *s, struct html_token *t)
{
	t->attribute_count = 0;
	t->self_closing = false;
	tag_name(s, t);
	for (;;) {
		skip_space(s);
		if (s->at >= s->end)
			return false;
		if (*s->at == '>')
			break;
		if (*s->at == '/') {
			t->self_closing = peek(s, 1) == '>';
			s->at++;
			continue;
		}
		attribute(s, t);
	}
	s->at++;
	return true;
}

/* Skips to the first ">". */
static void bogus_comment(struct html_scanner *s, struct html_token *t)
{
	const char *close = memchr(s->at, '>', left(s));
	t->kind = HTML_TOKEN_COMMENT;
	t->text = (struct html_span){ s->at, (size_t)((close ? close : s->end) - s->at) };
	s->at = close ? close + 1 : s->end;
}

/* The size of ">" or "!>" after "--", which end a comment. */
static size_t rest_of_end(const char *p, const char *end)
{
	return p < end && *p == '>' ? 1 : p + 1 < end && p[0] == '!' && p[1] == '>' ? 2 : 0;
}

/* "<!-->" and "<!--->" are whole comments. */
static void comment(struct html_scanner *s, struct html_token *t)
{
	const char *from = s->at, *p = from;
	size_t empty = peek(s, 0) == '>' ? 1 : peek(s, 0) == '-' && peek(s, 1) == '>' ? 2 : 0, rest = 0;
	t->kind = HTML_TOKEN_COMMENT;
	t->text = (struct html_span){ from, 0 };
	s->at += empty;
	if (empty)
		return;
	while ((p = memmem(p, (size_t)(s->end - p), "--", 2)) && !(rest = rest_of_end(p + 2, s->end)))
		p++;
	t->text.size = (size_t)((p ? p : s->end) - from);
	s->at = p ? p + 2 + rest : s->end;
}

/* Does markup begin at this "<"?  A lone "<" is text. */
static bool opens_markup(const struct html_scanner *s)
{
	char c = peek(s, 1);
	return is_letter(c) || c == '!' || c == '?' || (c == '/' && left(s) > 2);
}

static void text(struct html_scanner *s, struct html_token *t)
{
	const char *from = s->at++;
	while (s->at < s->end && (*s->at != '<' || !opens_markup(s))) {
		const char *next = memchr(s->at + 1, '<', left(s) - 1);
		s->at = next ? next : s->end;
	}
	t->kind = HTML_TOKEN_TEXT;
	t->text = (struct html_span){ from, (size_t)(s->at - from) };
}

static void declaration(struct html_scanner *s, struct html_token *t)
{
	s->at += 2;
	if (s->at[-1] == '!' && peek(s, 0) == '-' && peek(s, 1) == '-') {
		s->at += 2;
		comment(s, t);
	} else {
		bogus_comment(s, t);
	}
}

static bool next(struct html_scanner *s, struct html_token *t)
{
	if (*s->at != '<' || !opens_markup(s)) {
		text(s, t);
		return true;
	}
	bool ends = s->at[1] == '/';
	if (!is_letter(s->at[ends ? 2 : 1])) {
		declaration(s, t);
		return true;
	}
	t->kind = ends ? HTML_TOKEN_END : HTML_TOKEN_START;
	s->at += ends ? 2 : 1;
	return tag(s, t);
}

bool html_token_next(struct html_scanner *s, struct html_token *t)
{
	const char *from = s->at;
	bool found = s->at < s->end && next(s, t);
	t->size = (size_t)(s->at - from);
	return found;
}

bool html_token_text(struct html_scanner *s, const char *name, struct html_span *text_found)
{
	size_t n = strlen(name);
	for (const char *p = s->at; (p = memmem(p, (size_t)(s->end - p), "</", 2)); p += 2) {
		const char *after = p + 2 + n;
		if (after >= s->end || strncasecmp(p + 2, name, n) != 0 || (!is_space(*after) && *after != '/' && *after != '>'))
			continue;
		const char *close = memchr(after, '>', (size_t)(s->end - after));
		*text_found = (struct html_span){ s->at, (size_t)(p - s->at) };
		s->at = close ? close + 1 : s->end;
		return true;
	}
	return false;
}
