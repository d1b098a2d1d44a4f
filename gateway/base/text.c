#include "gateway/base/text.h"
#include "gateway/base/mem.h"
#include <ctype.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

/* Length of the white space at s: ASCII, or the two bytes of U+00A0. */
static size_t space_at(const char *s)
{
	if (*s && strchr(" \t\r\n\f\v", *s))
		return 1;
	return (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0 ? 2 : 0;
}

char *text_trim(void *owner, const char *s)
{
	size_t n;
	while ((n = space_at(s)))
		s += n;
	const char *end = s;
	for (const char *p = s; *p;) {
		n = space_at(p);
		p += n ? n : 1;
		if (!n)
			end = p;
	}
	return mem_ndup(owner, s, (size_t)(end - s));
}

char *text_squeeze(void *owner, const char *s)
{
	char *out = mem_array(owner, char, strlen(s) + 1);
	size_t used = 0, n;
	bool gap = false;
	while (*s) {
		if ((n = space_at(s))) {
			gap = true;
			s += n;
			continue;
		}
		if (gap && used)
			out[used++] = ' ';
		gap = false;
		out[used++] = *s++;
	}
	return out;
}

char *text_lower(void *owner, const char *s)
{
	char *out = mem_dup(owner, s);
	for (char *p = out; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return out;
}

bool text_starts(const char *s, const char *prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }

bool text_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && strcmp(s + n - m, suffix) == 0;
}

bool text_same(const char *a, const char *b) { return a && b ? strcasecmp(a, b) == 0 : a == b; }

bool text_blank(const char *s)
{
	size_t n;
	while (s && (n = space_at(s)))
		s += n;
	return !s || !*s;
}

/* Bytes of the sequence that starts at s (at most room bytes), its code point in *cp; 0 when malformed. */
static size_t decode(const unsigned char *s, size_t room, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : (s[0] & 0xF0) == 0xE0 ? 3 : s[0] >= 0xF0 && s[0] < 0xF5 ? 4 : 0;
	if (!n || n > room)
		return 0;
	*cp = n == 1 ? s[0] : s[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3Fu);
	}
	return *cp < least[n] || *cp > 0x10FFFF || (*cp >= 0xD800 && *cp < 0xE000) ? 0 : n;
}

bool text_utf8(const char *s, size_t size)
{
	uint32_t cp;
	for (size_t i = 0, n; i < size; i += n)
		if (!(n = decode((const unsigned char *)s + i, size - i, &cp)))
			return false;
	return true;
}

uint32_t text_next(const char **s)
{
	uint32_t cp;
	if (!**s)
		return 0;
	size_t n = decode((const unsigned char *)*s, strnlen(*s, 4), &cp);
	*s += n ? n : 1;
	return n ? cp : 0xFFFD;
}

size_t text_length(const char *s)
{
	size_t n = 0;
	while (text_next(&s))
		n++;
	return n;
}

char *text_cut(void *owner, const char *s, size_t max)
{
	if (text_length(s) <= max)
		return mem_dup(owner, s);
	const char *p = s, *word = NULL;
	for (size_t n = 1; n < max; n++) {
		if (space_at(p))
			word = p;
		text_next(&p);
	}
	if (word && (size_t)(p - word) < (size_t)(p - s) / 2)
		p = word;
	return mem_printf(owner, "%.*s…", (int)(p - s), s);
}

size_t text_words(const char *s)
{
	size_t words = 0;
	bool inside = false;
	for (size_t n; *s; s += n ? n : 1) {
		n = space_at(s);
		if (n)
			inside = false;
		else if (!inside && (isalnum((unsigned char)*s) || (*s & 0x80)))
			inside = true, words++;
	}
	return words;
}

char *text_slug(void *owner, const char *s)
{
	char plain[1024], slug[81];
	size_t used = 0, left = sizeof plain - 1, in = strnlen(s, 400);
	char *from = mem_ndup(NULL, s, in), *p = from, *to = plain;
	iconv_t ascii = iconv_open("ASCII//TRANSLIT//IGNORE", "UTF-8");
	if (ascii != (iconv_t)-1) {
		iconv(ascii, &p, &in, &to, &left);
		iconv_close(ascii);
	}
	*to = '\0';
	talloc_free(from);
	for (p = plain; *p && used < sizeof slug - 1; p++) {
		if (isalnum((unsigned char)*p))
			slug[used++] = (char)tolower((unsigned char)*p);
		else if (used && slug[used - 1] != '-' && *p != '\'' && *p != '?' && *p != '"')
			slug[used++] = '-';
	}
	while (used && slug[used - 1] == '-')
		used--;
	return mem_ndup(owner, slug, used);
}

char *text_replace(void *owner, const char *s, const char *what, const char *with)
{
	char *out = mem_dup(owner, "");
	size_t n = strlen(what);
	for (const char *hit; n && (hit = strstr(s, what)); s = hit + n)
		out = mem_check(talloc_asprintf_append_buffer(out, "%.*s%s", (int)(hit - s), s, with));
	return mem_check(talloc_strdup_append_buffer(out, s));
}
