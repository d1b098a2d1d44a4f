#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/*
 * Letters without diacritics, so that titles in European languages give
 * readable slugs.  iconv(3) is not used: its transliteration depends on the
 * locale, and a slug must not.  '.' stands for what has two letters
 * or none.
 */
static const struct {
	uint32_t first;
	const char *letters;
} latin[] = {
	{ 0xC0, "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
	        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll"
	        "lllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs" },
	{ 0x1A0, "oo" },
	{ 0x1AF, "uu" },
	{ 0x1CD, "aaiioouuuuuuuuuu" },
	{ 0x218, "sstt" },
	{ 0x1E00, "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
	          "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
	          "wwwwwwwwwwxxxxyyzzzzzzhtwyasss.daaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
	          "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyllvvyy" },
};

static const struct {
	uint32_t letter;
	const char *plain;
} pairs[] = {
	{ 0xC6, "ae" }, { 0xE6, "ae" }, { 0xDE, "th" }, { 0xFE, "th" }, { 0xDF, "ss" }, { 0x1E9E, "ss" },
	{ 0x132, "ij" }, { 0x133, "ij" }, { 0x152, "oe" }, { 0x153, "oe" }, { 0x490, "g" }, { 0x491, "g" },
	{ 0x386, "a" }, { 0x388, "e" }, { 0x389, "i" }, { 0x38A, "i" }, { 0x38C, "o" }, { 0x38E, "y" }, { 0x38F, "o" },
	{ 0x390, "i" }, { 0x3AC, "a" }, { 0x3AD, "e" }, { 0x3AE, "i" }, { 0x3AF, "i" }, { 0x3B0, "y" }, { 0x3CA, "i" },
	{ 0x3CB, "y" }, { 0x3CC, "o" }, { 0x3CD, "y" }, { 0x3CE, "o" },
};

static const char *const greek[] = { /* from U+03B1 */
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f", "ch", "ps", "o",
};

static const char *const cyrillic[] = { /* from U+0430 */
	"a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch",
	"sh", "shch", "", "y", "", "e", "yu", "ya", "e", "yo", "dj", "g", "ye", "dz", "i", "yi", "j", "lj", "nj", "c", "k", "i", "u", "dz",
};

/* The lower case of a letter, for Greek and Cyrillic, where it is at a fixed distance. */
static uint32_t small(uint32_t cp)
{
	if ((cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F))
		return cp + 0x20;
	return cp >= 0x400 && cp <= 0x40F ? cp + 0x50 : cp;
}

/* The transliteration of a letter beyond ASCII; "" when there is none. */
static const char *plain(uint32_t cp, char one[2])
{
	cp = small(cp);
	if (cp >= 0x3B1 && cp < 0x3B1 + sizeof greek / sizeof *greek)
		return greek[cp - 0x3B1];
	if (cp >= 0x430 && cp < 0x430 + sizeof cyrillic / sizeof *cyrillic)
		return cyrillic[cp - 0x430];
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].letter == cp)
			return pairs[i].plain;
	for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
		if (cp >= latin[i].first && cp - latin[i].first < strlen(latin[i].letters)) {
			one[0] = latin[i].letters[cp - latin[i].first];
			return one[0] == '.' ? "" : one;
		}
	return "";
}

/* Quotes and apostrophes do not separate words. */
static bool is_quote(uint32_t cp)
{
	return cp == '\'' || cp == '"' || cp == '`' || cp == 0xAB || cp == 0xBB || cp == 0xB4 || (cp >= 0x2018 && cp <= 0x201F);
}

static bool is_gap(uint32_t cp)
{
	if (cp < 0x80)
		return !isalnum((int)cp);
	return cp < 0xC0 || cp == 0xD7 || cp == 0xF7 || (cp >= 0x2000 && cp < 0x2070) || (cp >= 0x3000 && cp < 0x3040);
}

char *text_slug(void *owner, const char *s)
{
	char slug[81], one[2] = "";
	size_t used = 0;
	bool gap = false;
	for (uint32_t cp; (cp = text_next(&s));) {
		if (is_quote(cp))
			continue;
		gap = gap || is_gap(cp);
		if (is_gap(cp))
			continue;
		if (cp < 0x80)
			one[0] = (char)tolower((int)cp);
		const char *letters = cp < 0x80 ? one : plain(cp, one);
		size_t size = strlen(letters), dash = gap && used && size;
		if (used + dash + size >= sizeof slug)
			break;
		if (dash)
			slug[used++] = '-';
		memcpy(slug + used, letters, size);
		used += size;
		gap = gap && !size;
	}
	return mem_ndup(owner, slug, used);
}
