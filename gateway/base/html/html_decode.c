#include "gateway/base/html/html_decode.h"
#include "gateway/base/text/character.h"
#include <libxml/HTMLparser.h>
#include <stdint.h>
#include <string.h>

#define LONGEST_NAME 10

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* Characters that are copied; others have their own rules. */
static bool is_ordinary(uint32_t cp)
{
	if (cp < 0xA0)
		return (cp >= ' ' && cp < 0x7F) || cp == '\t' || cp == '\n';
	return cp < 0xD800 || (cp >= 0xE000 && cp < 0xFDD0) || (cp >= 0xFDF0 && cp <= 0x10FFFF && (cp & 0xFFFE) != 0xFFFE);
}

/* "#8220;" or "#x201C;" at p; returns its end, or NULL when it is refused. */
static const char *number(const char *p, const char *end, uint32_t *cp)
{
	bool hex = ++p < end && (*p == 'x' || *p == 'X');
	const char *digits = p += hex;
	*cp = 0;
	for (; p < end && p - digits < 8 && (hex ? is_hex(*p) : is_digit(*p)); p++)
		*cp = *cp * (hex ? 16 : 10) + (uint32_t)(is_digit(*p) ? *p - '0' : (*p | 0x20) - 'a' + 10);
	return p > digits && p < end && *p == ';' && is_ordinary(*cp) ? p + 1 : NULL;
}

static uint32_t named(const char *name, size_t size)
{
	static const struct { const char *name; uint32_t cp; } common[] = {
		{ "amp", '&' }, { "nbsp", 0xA0 }, { "quot", '"' }, { "lt", '<' }, { "gt", '>' }, { "apos", '\'' },
		/* HTML 5 gave these other characters than HTML 4, which the library below knows. */
		{ "lang", 0x27E8 }, { "rang", 0x27E9 },
	};
	char copy[LONGEST_NAME + 1] = "";
	if (size > LONGEST_NAME)
		return 0;
	memcpy(copy, name, size);
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strcmp(common[i].name, copy) == 0)
			return common[i].cp;
	const htmlEntityDesc *e = htmlEntityLookup((const xmlChar *)copy);
	return e ? e->value : 0;
}

/* Might the run, which has no semicolon, begin with a reference of this name?  In doubt yes. */
static bool may_be_reference(const char *run, size_t size, char after, enum html_decode kind)
{
	if (kind == HTML_DECODE_TEXT)
		return size > 1;
	return after != '=' && (named(run, size) || (*run >= 'A' && *run <= 'Z'));
}

/* "amp;" at p, or something else after a literal "&".  Returns as number() does. */
static const char *name(const char *p, const char *end, enum html_decode kind, uint32_t *cp)
{
	const char *after = p;
	while (after < end && (is_letter(*after) || is_digit(*after)))
		after++;
	size_t size = (size_t)(after - p);
	char next = after < end ? *after : '\0';
	*cp = '&';
	if (!size || !is_letter(*p))
		return p;
	if (next != ';')
		return may_be_reference(p, size, next, kind) ? NULL : p;
	*cp = named(p, size);
	return *cp ? after + 1 : NULL;
}

/* Decodes the reference at p, a "&"; returns its end, or NULL. */
static const char *reference(char *to, size_t *used, const char *p, const char *end, enum html_decode kind)
{
	uint32_t cp;
	p = ++p < end && *p == '#' ? number(p, end, &cp) : name(p, end, kind, &cp);
	*used += p ? character_put(to + *used, cp) : 0;
	return p;
}

/* The size of the multi-byte character at p, or 0 when it is refused. */
static size_t wide(const char *at, const char *end)
{
	const unsigned char *p = (const unsigned char *)at;
	size_t n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
	if (!n || (size_t)(end - at) < n)
		return 0;
	uint32_t cp = p[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		cp = cp << 6 | (p[i] & 0x3Fu);
	}
	return cp < (n == 3 ? 0x800u : n == 4 ? 0x10000u : 0x80u) || !is_ordinary(cp) ? 0 : n;
}

/* The class of a character for the loop below; 0: it is copied. */
enum { COPY, AMPERSAND, RETURN, FEED, WIDE, REFUSE };

static const unsigned char class_of[256] = {
	[0 ... 8] = REFUSE, ['\v'] = REFUSE, ['\f'] = FEED, ['\r'] = RETURN, [14 ... 31] = REFUSE, ['&'] = AMPERSAND, [0x7F] = REFUSE,
	[0x80 ... 0xFF] = WIDE
};

static size_t ordinary(const char *from, const char *end)
{
	const char *p = from;
	while (p < end && class_of[(unsigned char)*p] == COPY)
		p++;
	return (size_t)(p - from);
}

bool html_decode(char *to, size_t *size, struct html_span text, enum html_decode kind)
{
	size_t used = 0, n;
	for (const char *p = text.at, *end = p + text.size; p < end;) {
		switch (class_of[(unsigned char)*p]) {
		case COPY:
			n = ordinary(p, end);
			memmove(to + used, p, n);
			used += n;
			p += n;
			break;
		case AMPERSAND:
			if (kind == HTML_DECODE_LITERAL)
				to[used++] = *p++;
			else if (!(p = reference(to, &used, p, end, kind)))
				return false;
			break;
		case RETURN:
			to[used++] = '\n';
			p += p + 1 < end && p[1] == '\n' ? 2 : 1;
			break;
		case FEED: to[used++] = ' '; p++; break;
		case WIDE:
			if (!(n = wide(p, end)))
				return false;
			memmove(to + used, p, n);
			used += n;
			p += n;
			break;
		default: return false;
		}
	}
	*size = used;
	return true;
}

bool html_decode_open(struct html_span text)
{
	const char *p = text.at + text.size;
	if (p > text.at && p[-1] == '\r')
		return true;
	while (p > text.at && (is_letter(p[-1]) || is_digit(p[-1]) || p[-1] == '#'))
		p--;
	return p > text.at && p[-1] == '&';
}
