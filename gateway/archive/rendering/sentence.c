#include "gateway/archive/rendering/sentence.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_in(uint32_t c, const uint32_t *set)
{
	while (*set && *set != c)
		set++;
	return *set;
}

/* Full stops of scripts that need no space after them. */
static bool is_full_stop(uint32_t c)
{
	static const uint32_t stops[] = { 0x3002, 0xFF01, 0xFF1F, 0xFF0E, 0xFF61, 0x0964, 0x0965, 0x104B, 0x1362, 0x17D4, 0x17D5, 0 };
	return is_in(c, stops);
}

static bool is_end(uint32_t c) { return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x061F || c == 0x06D4 || is_full_stop(c); }
static bool is_space(uint32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || c == 0x3000 || c == 0x202F; }

static bool closes(uint32_t c)
{
	static const uint32_t marks[] = { '"', '\'', ')', ']', '*', 0x2019, 0x201D, 0x201C, 0xBB, 0xAB, 0x203A, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF09, 0 };
	return is_in(c, marks);
}

static bool opens(uint32_t c)
{
	static const uint32_t marks[] = { '"', '\'', '(', '[', '*', 0x2018, 0x201C, 0x201E, 0x201A, 0xAB, 0xBB, 0xBF, 0xA1, 0 };
	return is_in(c, marks);
}

/* Latin, Greek and Cyrillic. */
static bool is_small(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7) || (c >= 0x3B1 && c <= 0x3CE) || (c >= 0x430 && c <= 0x45F);
}

/* Is the full stop at text[at] that of an abbreviation, an initial or an ordinal? */
static bool abbreviates(const char *text, size_t at)
{
	static const char *const known[] = {
		"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "mt", "no", "nr", "vs", "fig",
		"ca", "cf", "ch", "vol", "ed", "eds", "al", "pp", "approx", "inc", "ltd", "co", "dept", "est", "eg", "ie", "viz", "jan", "feb", "mar",
		"apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "bzw", "usw", "evtl", "ggf", "str", "hl", "mme", "mlle", "sra", "srta",
	};
	size_t from = at;
	while (from && (isalnum((unsigned char)text[from - 1]) || (text[from - 1] & 0x80) || text[from - 1] == '.'))
		from--;
	size_t n = at - from;
	const char *word = text + from;
	if (n == 0)
		return false;
	if (memchr(word, '.', n) || (n == 1 && isalpha((unsigned char)*word)))
		return true;
	if (n <= 2 && strspn(word, "0123456789") >= n)
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == n && strncasecmp(known[i], word, n) == 0)
			return true;
	return false;
}

/* May a new sentence begin at s, which is just after full stops and closing quotes? */
static bool begins(const char *s)
{
	uint32_t c = text_next(&s);
	if (!c)
		return true;
	if (!is_space(c))
		return false;
	while (is_space(c) || opens(c))
		c = text_next(&s);
	return !is_small(c);
}

size_t sentence_end(const char *text, size_t from)
{
	for (const char *s = text + from, *before = s; *s; before = s) {
		uint32_t c = text_next(&s), next;
		bool full = false;
		if (!is_end(c))
			continue;
		const char *after = s;
		while (is_end(c)) {
			full = full || is_full_stop(c);
			s = after;
			c = text_next(&after);
		}
		bool single = *before == '.' && s == before + 1;
		for (; c && closes(c); c = next) {
			s = after;
			next = text_next(&after);
		}
		if (full || (begins(s) && !(single && *s && abbreviates(text, (size_t)(before - text)))))
			return (size_t)(s - text);
	}
	return 0;
}
