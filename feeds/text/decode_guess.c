#include "feeds/text/decode_guess.h"
#include "gateway/base/text/text.h"
#include <stdint.h>
#include <string.h>
#include <uchardet.h>

/* uchardet's names, and the encodings that are used for them.  Those that are missing are never believed: the ones of old
 * Macs and of DOS (except Russian's), in which no feed was ever seen and which uchardet often reports for Latin text, and
 * the Baltic ones, which it reports for Icelandic. */
static const struct { const char *said, *encoding; } known[] = {
	{ "BIG5", "big5-hkscs" }, { "EUC-JP", "euc-jp" }, { "EUC-KR", "cp949" }, { "EUC-TW", "euc-tw" }, { "GB18030", "gb18030" },
	{ "IBM866", "ibm866" }, { "ISO-2022-JP", "iso-2022-jp" }, { "ISO-8859-2", "iso-8859-2" },
	{ "ISO-8859-5", "iso-8859-5" }, { "ISO-8859-6", "iso-8859-6" }, { "ISO-8859-7", "iso-8859-7" },
	{ "ISO-8859-8", "windows-1255" }, { "ISO-8859-9", "windows-1254" }, { "KOI8-R", "koi8-r" }, { "MAC-CYRILLIC", "windows-1251" },
	{ "SHIFT_JIS", "cp932" }, { "TIS-620", "cp874" }, { "UHC", "cp949" }, { "WINDOWS-1250", "windows-1250" },
	{ "WINDOWS-1251", "windows-1251" }, { "WINDOWS-1253", "windows-1253" }, { "WINDOWS-1255", "windows-1255" },
	{ "WINDOWS-1256", "windows-1256" },
};

/* How many characters beyond ASCII are evidence: few of another script, many of the Latin one, unless decoding as
 * windows-1252 puts at least ENOUGH_ODD symbols more inside words. */
#define ENOUGH 6
#define ENOUGH_LATIN 64
#define ENOUGH_ODD 3

const char *decode_guess(const unsigned char *data, size_t size)
{
	uchardet_t detector = uchardet_new();
	const char *found = NULL;
	bool fine = uchardet_handle_data(detector, (const char *)data, size) == 0;
	uchardet_data_end(detector);
	const char *said = fine ? uchardet_get_charset(detector) : "";
	for (size_t i = 0; i < sizeof known / sizeof *known && !found; i++)
		if (!strcmp(said, known[i].said))
			found = known[i].encoding;
	uchardet_delete(detector);
	return found;
}

struct reading {
	size_t beyond;  /* characters beyond ASCII */
	size_t foreign; /* of them, letters of another script than Latin */
	size_t odd;     /* characters in places where no word has them */
};

static bool is_ascii_letter(uint32_t cp) { return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z'; }

static bool is_latin(uint32_t cp) { return is_ascii_letter(cp) || (cp >= 0xC0 && cp < 0x250 && cp != 0xD7 && cp != 0xF7); }

static bool is_foreign(uint32_t cp)
{
	return (cp >= 0x370 && cp < 0x2000) || (cp >= 0x3005 && cp < 0xE000) || (cp >= 0xF900 && cp < 0xFFE0) || cp >= 0x20000;
}

/* May stand between letters: quotation marks, dashes, the apostrophe, the soft hyphen, ordinal indicators. */
static bool is_punctuation(uint32_t cp)
{
	return (cp >= 0x2010 && cp <= 0x203A) || cp == 0xA0 || cp == 0xAA || cp == 0xAB || cp == 0xAD || cp == 0xB4 || cp == 0xB7 ||
	       cp == 0xBA || cp == 0xBB || cp == 0xFFFD;
}

static bool is_odd(uint32_t before, uint32_t cp, uint32_t after)
{
	bool here = cp >= 0x80;
	if (here && (cp < 0xA0 || (cp >= 0xE000 && cp < 0xF900)))
		return true;
	if (is_foreign(cp))
		return is_ascii_letter(before) || is_ascii_letter(after);
	return here && !is_latin(cp) && !is_punctuation(cp) && is_latin(before) && is_latin(after);
}

static struct reading read(const char *s)
{
	struct reading r = { 0 };
	uint32_t before = 0, cp = text_next(&s);
	while (cp) {
		uint32_t after = text_next(&s);
		r.beyond += cp >= 0x80;
		r.foreign += is_foreign(cp);
		r.odd += is_odd(before, cp, after);
		before = cp;
		cp = after;
	}
	return r;
}

bool decode_guess_holds(const char *text, const char *as_windows1252)
{
	struct reading r = read(text), other = read(as_windows1252);
	if (r.beyond < ENOUGH || r.odd * 10 > r.beyond)
		return false;
	if (r.foreign * 2 > r.beyond)
		return true;
	return r.odd + ENOUGH_ODD <= other.odd || (r.beyond >= ENOUGH_LATIN && r.odd <= other.odd);
}
