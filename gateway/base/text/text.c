#include "gateway/base/text/text.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Length of the white space at s: ASCII, or the two bytes of U+00A0. */
static size_t space_at(const char *s)
{
	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	return (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0 ? 2 : 0;
}

/* The same for white space that ends at end; start is the beginning of the text. */
static size_t space_before(const char *start, const char *end)
{
	if (end[-1] == ' ' || (end[-1] >= '\t' && end[-1] <= '\r'))
		return 1;
	return end - start > 1 && space_at(end - 2) == 2 ? 2 : 0;
}

char *text_trim(void *owner, const char *s)
{
	size_t n;
	while ((n = space_at(s)))
		s += n;
	const char *end = s + strlen(s);
	while (end > s && (n = space_before(s, end)))
		end -= n;
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

bool text_is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

uint64_t text_hash(const char *s)
{
	uint64_t hash = 14695981039346656037u;
	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return hash;
}

bool text_blank(const char *s)
{
	size_t n;
	while (s && (n = space_at(s)))
		s += n;
	return !s || !*s;
}

/* The size of a UTF-8 sequence with this first byte; 0 when it is none. */
static size_t sequence(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2 || first > 0xF4)
		return 0;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* The size of the sequence at s (at most room bytes), and its code point in *cp; 0 when malformed. */
static size_t decode(const unsigned char *s, size_t room, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = sequence(s[0]);
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

/* The length of an ASCII prefix, found eight bytes at a time: nearly all documents are mostly ASCII. */
static size_t ascii(const char *s, size_t size)
{
	size_t n = 0;
	for (uint64_t eight; n + sizeof eight <= size; n += sizeof eight) {
		memcpy(&eight, s + n, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	return n;
}

bool text_utf8(const char *s, size_t size)
{
	uint32_t cp;
	for (size_t i = 0, n; i < size; i += n) {
		i += ascii(s + i, size - i);
		if (i == size)
			break;
		if (!(n = decode((const unsigned char *)s + i, size - i, &cp)))
			return false;
	}
	return true;
}

uint32_t text_next(const char **s)
{
	uint32_t cp;
	if (!**s)
		return 0;
	if (!(**s & 0x80))
		return (uint32_t)*(*s)++;
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

static size_t occurrences(const char *s, const char *what)
{
	size_t count = 0, n = strlen(what);
	for (const char *hit; n && (hit = strstr(s, what)); s = hit + n)
		count++;
	return count;
}

char *text_replace(void *owner, const char *s, const char *what, const char *with)
{
	size_t count = occurrences(s, what), n = strlen(what), m = strlen(with);
	char *out = mem_array(owner, char, strlen(s) - count * n + count * m + 1), *p = out;
	for (; count; count--) {
		const char *hit = strstr(s, what);
		p = mempcpy(mempcpy(p, s, (size_t)(hit - s)), with, m);
		s = hit + n;
	}
	strcpy(p, s);
	return out;
}
