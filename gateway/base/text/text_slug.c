/* What stands for a text in an address: the slug of a post, and the tag. */
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <idn2.h>
#include <string.h>

enum { SLUG_MAX = 80, TAG_MAX = 200, RUN_MAX = 60 };

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

/* The transliteration of a letter beyond ASCII, "" where it has no sound; NULL when there is none. */
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
			return one[0] == '.' ? NULL : one;
		}
	return NULL;
}

struct range {
	uint32_t first, last;
};

static bool within(uint32_t cp, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

/* Quotes, apostrophes and what nobody sees do not separate words. */
static bool is_nothing(uint32_t cp)
{
	static const struct range nothing[] = {
		{ '"', '"' }, { '\'', '\'' }, { '`', '`' }, { 0xAB, 0xAB }, { 0xAD, 0xAD }, { 0xB4, 0xB4 }, { 0xBB, 0xBB }, { 0x5F3, 0x5F4 }, { 0x61C, 0x61C },
		{ 0x180B, 0x180F }, { 0x200B, 0x200B }, { 0x200E, 0x200F }, { 0x2018, 0x201F }, { 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0xFE00, 0xFE0F },
		{ 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFD }, { 0xE0100, 0xE01EF } };
	return within(cp, nothing, sizeof nothing / sizeof *nothing);
}

/* Blanks and punctuation of all scripts.  The marks of a script that are no letters, such as the virama, belong to words. */
static bool is_gap(uint32_t cp)
{
	static const struct range gaps[] = {
		{ 0x80, 0xBF }, { 0xD7, 0xD7 }, { 0xF7, 0xF7 }, { 0x37E, 0x37E }, { 0x387, 0x387 }, { 0x55A, 0x55F }, { 0x589, 0x58A }, { 0x5BE, 0x5BE },
		{ 0x5C0, 0x5C0 }, { 0x5C3, 0x5C3 }, { 0x609, 0x60D }, { 0x61B, 0x61F }, { 0x66A, 0x66D }, { 0x6D4, 0x6D4 }, { 0x700, 0x70D }, { 0x964, 0x965 },
		{ 0x970, 0x970 }, { 0xDF4, 0xDF4 }, { 0xE4F, 0xE4F }, { 0xE5A, 0xE5B }, { 0xF04, 0xF14 }, { 0x104A, 0x104F }, { 0x10FB, 0x10FB },
		{ 0x1361, 0x1368 }, { 0x1400, 0x1400 }, { 0x166E, 0x166E }, { 0x1680, 0x1680 }, { 0x17D4, 0x17D6 }, { 0x17D8, 0x17DA }, { 0x1800, 0x180A },
		{ 0x2000, 0x200A }, { 0x2010, 0x2029 }, { 0x202F, 0x205F }, { 0x2E00, 0x2E7F }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x3030 },
		{ 0x303D, 0x303F }, { 0x30A0, 0x30A0 }, { 0x30FB, 0x30FB }, { 0xA4FE, 0xA4FF }, { 0xFE10, 0xFE1F }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF0F },
		{ 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 } };
	return cp < 0x80 ? !isalnum((int)cp) : within(cp, gaps, sizeof gaps / sizeof *gaps);
}

/* Pictures and signs, which can be a tag but say nothing in the address of a post. */
static bool is_sign(uint32_t cp)
{
	static const struct range signs[] = {
		{ 0x300, 0x36F }, { 0x200C, 0x200D }, { 0x20A0, 0x20FF }, { 0x2190, 0x2BFF }, { 0xE000, 0xF8FF }, { 0x1F000, 0x1FAFF }, { 0xE0000, 0x10FFFF } };
	return within(cp, signs, sizeof signs / sizeof *signs);
}

static bool is_letter(uint32_t cp)
{
	return cp > 0x7F && !is_gap(cp) && !is_nothing(cp) && (!is_sign(cp) || cp <= 0x36F);
}

bool text_in_word(uint32_t cp) { return cp < 0x80 ? isalnum((int)cp) != 0 : is_letter(cp); }

/* The end of the run at s: letters beyond ASCII, with the ASCII letter before them, because an accent may follow it as a character of its own;
 * else one character. */
static const char *run_end(const char *s)
{
	const char *end = s, *next = s;
	uint32_t cp = text_next(&next);
	if (!is_letter(cp) && !(cp < 0x80 && isalpha((int)cp)))
		return next;
	for (end = next; is_letter(text_next(&next)) && next - s < RUN_MAX; end = next)
		;
	return end;
}

/* A run of letters as UTS 46 maps it for host names: accents joined to their letters, wide and other compatible forms made plain (NFKC).
 * NULL where that knows no mapping. */
static char *mapped(void *owner, const char *run)
{
	char *ascii, *text, *result = NULL;
	if (idn2_to_ascii_8z(run, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	if (idn2_to_unicode_8z8z(ascii, &text, 0) == IDN2_OK) {
		result = mem_dup(owner, text);
		idn2_free(text);
	}
	idn2_free(ascii);
	return result;
}

/* s in the one form of those that look the same, in small letters. */
static char *uniform(void *owner, const char *s)
{
	struct document *d = document_new(owner);
	for (const char *end; *s; s = end) {
		end = run_end(s);
		const char *next = s;
		uint32_t cp = text_next(&next);
		bool wide = cp >= 0xFF01 && cp <= 0xFF5E && is_gap(cp);
		char *run = mem_ndup(d, s, (size_t)(end - s)), *form = end - s > 1 && !wide ? mapped(d, run) : NULL;
		if (wide)
			fputc((int)(cp - 0xFEE0), document_out(d));
		else
			fputs(form ? form : run, document_out(d));
	}
	char *folded = text_fold(owner, document_text(d, NULL));
	talloc_free(d);
	return folded;
}

char *text_slug(void *owner, const char *s)
{
	char slug[SLUG_MAX + 1], one[2] = "", *whole = uniform(NULL, s);
	size_t used = 0;
	bool gap = false;
	const char *from = whole, *to = whole;
	for (uint32_t cp; (cp = text_next(&to)); from = to) {
		if (is_nothing(cp))
			continue;
		gap = gap || is_gap(cp);
		if (is_gap(cp) || is_sign(cp))
			continue;
		const char *letters = cp < 0x80 ? NULL : plain(cp, one);
		size_t size = letters ? strlen(letters) : (size_t)(to - from), dash = gap && used && size;
		if (used + dash + size >= sizeof slug)
			break;
		if (dash)
			slug[used++] = '-';
		memcpy(slug + used, letters ? letters : from, size);
		used += size;
		gap = gap && !size;
	}
	talloc_free(whole);
	return mem_ndup(owner, slug, used);
}

/* Does the sign at s, before the text to, tell tags apart: "C" from "C#", "NET" from ".NET", "A" from "A-"? */
static bool distinguishes(uint32_t cp, const char *to, bool first)
{
	if (cp == '.')
		return first && (isalnum((unsigned char)*to) || (*to & 0x80));
	if (cp == '-')
		return !first && !to[strspn(to, "-")];
	return cp < 0x80 && strchr("+#*$%=", (int)cp);
}

char *text_tag(void *owner, const char *s)
{
	char *whole = uniform(NULL, s), *tag = mem_array(owner, char, strlen(whole) + 2);
	const char *from = whole + strspn(whole, " \t\n#"), *to = from;
	size_t used = 0, word = 0; /* where the word begins, with its dash */
	bool letters = false;
	for (uint32_t cp; (cp = text_next(&to)); from = to) {
		bool first = used == word, sign = distinguishes(cp, to, first);
		if (is_nothing(cp))
			continue;
		if (is_gap(cp) && !sign) {
			word = used = letters ? used : word;
			letters = false;
			continue;
		}
		size_t size = (size_t)(to - from), dash = first && used;
		if (used + dash + size > TAG_MAX)
			break;
		if (dash)
			tag[used++] = '-';
		memcpy(tag + used, from, size);
		used += size;
		letters = letters || !sign;
	}
	tag[letters ? used : word] = '\0';
	talloc_free(whole);
	return tag;
}
