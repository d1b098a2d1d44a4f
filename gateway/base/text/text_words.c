#include "gateway/base/text/text.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>

struct range { uint32_t first, last; };

static bool is_in(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}
#define IS_IN(c, ranges) is_in((c), (ranges), sizeof (ranges) / sizeof *(ranges))

/* Combining marks, joiners, variation selectors and skin tones. */
static bool extends(uint32_t c)
{
	static const struct range marks[] = {
		{ 0x300, 0x36F }, { 0x483, 0x489 }, { 0x591, 0x5BD }, { 0x5BF, 0x5BF }, { 0x5C1, 0x5C2 }, { 0x5C4, 0x5C5 }, { 0x5C7, 0x5C7 }, { 0x610, 0x61A },
		{ 0x64B, 0x65F }, { 0x670, 0x670 }, { 0x6D6, 0x6DC }, { 0x6DF, 0x6E4 }, { 0x900, 0x903 }, { 0x93A, 0x93C }, { 0x93E, 0x94F }, { 0x951, 0x957 },
		{ 0x962, 0x963 }, { 0x981, 0x983 }, { 0x9BC, 0x9BC }, { 0x9BE, 0x9CD }, { 0x9D7, 0x9D7 }, { 0xA01, 0xA03 }, { 0xA3C, 0xA51 }, { 0xA70, 0xA71 },
		{ 0xA81, 0xA83 }, { 0xABC, 0xABC }, { 0xABE, 0xACD }, { 0xB01, 0xB03 }, { 0xB3C, 0xB3C }, { 0xB3E, 0xB57 }, { 0xB82, 0xB82 }, { 0xBBE, 0xBCD },
		{ 0xC00, 0xC04 }, { 0xC3E, 0xC56 }, { 0xC81, 0xC83 }, { 0xCBC, 0xCBC }, { 0xCBE, 0xCD6 }, { 0xD00, 0xD03 }, { 0xD3B, 0xD3C }, { 0xD3E, 0xD4D },
		{ 0xD81, 0xD83 }, { 0xDCA, 0xDDF }, { 0xE31, 0xE31 }, { 0xE34, 0xE3A }, { 0xE47, 0xE4E }, { 0xEB1, 0xEB1 }, { 0xEB4, 0xEBC }, { 0xEC8, 0xECE },
		{ 0xF71, 0xF84 }, { 0x102B, 0x103E }, { 0x17B4, 0x17D3 }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x200D, 0x200D }, { 0x20D0, 0x20FF },
		{ 0x302A, 0x302F }, { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0x1F3FB, 0x1F3FF }, { 0xE0100, 0xE01EF },
	};
	return c >= 0x300 && IS_IN(c, marks);
}

static const char *before(const char *s, const char *p)
{
	do
		p--;
	while (p > s && ((unsigned char)*p & 0xC0) == 0x80);
	return p;
}

/* The place at or before p where no character is divided from its marks. */
static const char *whole(const char *s, const char *p)
{
	const char *next = p, *last = p > s ? before(s, p) : p;
	while (p > s && (extends(text_next(&next)) || text_next(&last) == 0x200D)) {
		p = next = before(s, p);
		last = p > s ? before(s, p) : p;
	}
	return p;
}

static bool is_space(uint32_t c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0; }

/* Is s longer than max characters?  Reads no more of it than needed. */
static bool is_longer(const char *s, size_t max)
{
	for (size_t n = 0; n < max && *s; n++)
		text_next(&s);
	return *s;
}

char *text_cut(void *owner, const char *s, size_t max)
{
	if (!is_longer(s, max))
		return mem_dup(owner, s);
	if (!max)
		return mem_dup(owner, "");
	const char *p = s, *word = NULL;
	bool inside = false;
	for (size_t n = 1; n <= max; n++) {
		const char *here = p;
		bool space = is_space(text_next(&p));
		if (inside && space)
			word = here;
		inside = !space;
		if (n == max)
			p = here;
	}
	/* A word longer than half of the limit is broken. */
	p = word && (size_t)(p - word) <= (size_t)(p - s) / 2 ? word : whole(s, p);
	char *cut = mem_ndup(NULL, s, (size_t)(p - s));
	char *result = mem_printf(owner, "%s…", cut);
	talloc_free(cut);
	return result;
}

/* The characters of a word in a script that puts no space between words, about; 0 for other scripts. */
static unsigned undivided(uint32_t c)
{
	static const struct range twos[] = {
		{ 0x3005, 0x3007 }, { 0x3041, 0x30FF }, { 0x31F0, 0x31FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xF900, 0xFAFF }, { 0xFF66, 0xFF9F },
		{ 0x20000, 0x3FFFF },
	};
	static const struct range fours[] = { { 0xE01, 0xEFF }, { 0x1000, 0x1049 }, { 0x1050, 0x109F }, { 0x1780, 0x17D3 } };
	if (c < 0xE00 || c == 0xE3F || c == 0x30FB)
		return 0;
	return IS_IN(c, twos) ? 2 : IS_IN(c, fours) ? 4 : 0;
}

/* Beyond ASCII everything counts as a letter, except the blocks of punctuation that prose uses. */
static bool in_word(uint32_t c)
{
	static const struct range signs[] = {
		{ 0x104A, 0x104F }, { 0x17D4, 0x17DA }, { 0x2000, 0x206F }, { 0x3000, 0x303F }, { 0x30FB, 0x30FB }, { 0xFF00, 0xFF0F }, { 0xFF1A, 0xFF20 },
		{ 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 },
	};
	if (c < 0x80)
		return isalnum((int)c);
	if (c < 0xC0)
		return c == 0xAA || c == 0xB5 || c == 0xBA;
	return c < 0x1000 || !IS_IN(c, signs);
}

static bool opens(uint32_t c)
{
	return c == '(' || c == '[' || c == 0x2018 || c == 0x201C || c == 0xFF08 || c == 0x3010 || (c >= 0x3008 && c <= 0x300F && !(c & 1));
}

/* Where a reader of words is: in a word, and in undivided text how many characters of the word are behind. */
struct place {
	bool inside;
	unsigned size, behind;
};

/* Goes past c; true when a word begins with it. */
static bool begins(struct place *at, uint32_t c)
{
	unsigned size = undivided(c);
	if (size) {
		bool begin = at->size != size || (at->behind >= size && !extends(c));
		at->behind = begin ? 1 : at->behind + !extends(c);
		at->size = size;
		at->inside = false;
		return begin;
	}
	bool begin = in_word(c) && !at->inside;
	at->inside = !is_space(c) && (at->inside || begin);
	at->size = 0;
	return begin;
}

size_t text_words(const char *s)
{
	struct place at = { 0 };
	size_t words = 0;
	for (uint32_t c; (c = text_next(&s));)
		words += begins(&at, c);
	return words;
}

size_t text_after_words(const char *s, size_t words)
{
	struct place at = { 0 };
	const char *edge = s, *opened = NULL, *p = s;
	bool gap = true;
	for (uint32_t c; *p;) {
		const char *here = p;
		bool undivided_before = at.size;
		c = text_next(&p);
		bool begin = begins(&at, c);
		if ((is_space(c) && !gap) || (begin && !gap && (at.size || undivided_before)))
			edge = opened ? opened : here;
		if (begin && words-- == 0)
			return (size_t)(edge - s);
		opened = !opens(c) ? NULL : opened ? opened : here;
		gap = is_space(c);
	}
	return (size_t)(p - s);
}
