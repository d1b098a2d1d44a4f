#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ISO 639-1, and its codes of before that are still met. */
static const char two_letters[] =
	"aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy "
	"ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
	"li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg "
	"sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";
static const char rtl_languages[] =
	"ar arc arz acm aeb apc apd ary azb bal bcc bgn bqi ckb dv fa glk he iw ji ks lrc mzn nqo pes pnb prs ps rhg sd sdh skr syr ug ur yi ";
static const char rtl_scripts[] = "adlm arab aran hebr mand mend nkoo rohg samr syrc thaa yezi ";

/* Is the word of size letters one of list, in which a blank ends each? */
static bool among(const char *list, const char *word, size_t size)
{
	for (; *list; list += strcspn(list, " ") + 1)
		if (strcspn(list, " ") == size && strncasecmp(list, word, size) == 0)
			return true;
	return false;
}

static bool all(const char *s, size_t size, int (*is)(int))
{
	for (size_t i = 0; i < size; i++)
		if ((s[i] & 0x80) || !is((unsigned char)s[i]))
			return false;
	return size > 0;
}

/* In the order of RFC 5646 section 2.1, without extlangs. */
enum part { LANGUAGE, SCRIPT, REGION, VARIANT, EXTENSION, NO_PART };

static enum part part_of(const char *s, size_t size)
{
	bool alpha = all(s, size, isalpha);
	if (!all(s, size, isalnum) || size > 8)
		return NO_PART;
	switch (size) {
	case 1: return EXTENSION;
	case 2: return alpha ? REGION : NO_PART;
	case 3: return all(s, size, isdigit) ? REGION : NO_PART;
	case 4: return alpha ? SCRIPT : isdigit((unsigned char)*s) ? VARIANT : NO_PART;
	default: return VARIANT;
	}
}

/* There may be several variants; what stands behind a single letter is that extension's own. */
static bool rest_fits(const char *s)
{
	enum part last = LANGUAGE;
	while (*s == '-') {
		size_t size = strcspn(++s, "-");
		enum part part = part_of(s, size);
		if (last == EXTENSION ? !all(s, size, isalnum) || size > 8 : part == NO_PART || part < last || (part == last && part != VARIANT))
			return false;
		last = last == EXTENSION ? EXTENSION : part;
		s += size;
	}
	return !*s;
}

bool language_known(const char *tag)
{
	size_t size = strcspn(tag, "-");
	bool known = size == 2 ? among(two_letters, tag, size) : size == 3 && all(tag, size, isalpha);
	return known && strlen(tag) <= 35 && rest_fits(tag + size);
}

const char *language_direction(const char *tag)
{
	size_t size = strcspn(tag, "-_");
	bool rtl = among(rtl_languages, tag, size);
	for (const char *s = tag + size; *s; s += size) {
		size = strcspn(++s, "-_");
		if (size == 1)
			break;
		if (size == 4 && all(s, size, isalpha))
			return among(rtl_scripts, s, size) ? "rtl" : "ltr";
	}
	return rtl ? "rtl" : "ltr";
}

/* Hebrew, Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic; their presentation forms; the scripts of U+10800 and U+1E800. */
static bool is_rtl(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

/* Letters without a direction of their own, digits and signs count for neither side. */
static bool is_ltr(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c < 0x590 && c != 0xd7 && c != 0xf7) || (c >= 0x900 && c < 0x2000) || (c >= 0x3040 && c < 0xd800);
}

const char *language_direction_of(const char *text)
{
	enum { ENOUGH = 400 };
	int right = 0, left = 0;
	for (uint32_t c; right + left < ENOUGH && (c = text_next(&text));) {
		right += is_rtl(c);
		left += is_ltr(c);
	}
	return right > left ? "rtl" : left ? "ltr" : NULL;
}
