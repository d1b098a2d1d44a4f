#include "feeds/text/decode.h"
#include "gateway/base/text/character.h"
#include "feeds/text/decode_guess.h"
#include "feeds/text/decode_labels.h"
#include "feeds/text/decode_macintosh.h"
#include "feeds/text/unpack.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

/* Bytes at the start of a document that are searched for an XML declaration. */
#define HEAD 1024

struct attempt {
	char *text;
	size_t size;
	size_t bad;  /* bytes that are invalid in this encoding */
	size_t good; /* valid characters beyond ASCII; counted only for UTF-8 */
	bool cesu8;  /* a character was written as two surrogates (CESU-8) */
};

static struct attempt from_windows1252(void *owner, const unsigned char *data, size_t size)
{
	struct attempt a = { .text = mem_array(owner, char, size * 3 + 1) };
	for (size_t i = 0; i < size; i++)
		a.size += character_put(a.text + a.size, character_windows1252(data[i]));
	return a;
}

/* upper: the characters of the bytes 80 to FF. */
static struct attempt from_table(void *owner, const uint16_t *upper, const unsigned char *data, size_t size)
{
	struct attempt a = { .text = mem_array(owner, char, size * 3 + 1) };
	for (size_t i = 0; i < size; i++)
		a.size += character_put(a.text + a.size, data[i] < 0x80 ? data[i] : upper[data[i] - 0x80]);
	return a;
}

/* CESU-8: the character whose two surrogates are written as three bytes each at d; 0 when there are none. */
static uint32_t surrogate_pair(const unsigned char *d, size_t size)
{
	if (size < 6 || d[0] != 0xED || (d[1] & 0xF0) != 0xA0 || (d[2] & 0xC0) != 0x80 || d[3] != 0xED || (d[4] & 0xF0) != 0xB0 || (d[5] & 0xC0) != 0x80)
		return 0;
	return 0x10000 + ((d[1] & 0x0Fu) << 16 | (d[2] & 0x3Fu) << 10 | (d[4] & 0x0Fu) << 6 | (d[5] & 0x3Fu));
}

static struct attempt from_utf8(void *owner, const unsigned char *data, size_t size)
{
	bool whole = text_utf8((const char *)data, size);
	struct attempt a = { .text = mem_array(owner, char, (whole ? size : size * 3) + 1) };
	if (whole) {
		memcpy(a.text, data, size);
		a.size = size;
		return a;
	}
	for (size_t i = 0; i < size;) {
		size_t n = 1;
		if (data[i] < 0x80) {
			a.text[a.size++] = (char)data[i++];
			continue;
		}
		uint32_t cp = surrogate_pair(data + i, size - i);
		if (cp) {
			a.size += character_put(a.text + a.size, cp);
			a.cesu8 = true;
			i += 6;
			continue;
		}
		while (n < 4 && i + n < size && (data[i + n] & 0xC0) == 0x80)
			n++;
		bool fine = text_utf8((const char *)data + i, n);
		if (fine)
			memcpy(a.text + a.size, data + i, n);
		a.size += fine ? n : character_put(a.text + a.size, 0xFFFD);
		a.good += fine;
		a.bad += !fine;
		i += n;
	}
	return a;
}

/* unit: bytes that are skipped for an invalid character, so that UTF-16 and UTF-32 stay aligned. */
static struct attempt from_iconv(void *owner, iconv_t cd, size_t unit, const unsigned char *data, size_t size)
{
	size_t room = size * 4 + 16, left = room;
	struct attempt a = { .text = mem_array(owner, char, room + 1) };
	char *in = (char *)data, *out = a.text;
	while (size && iconv(cd, &in, &size, &out, &left) == (size_t)-1 && errno != E2BIG && left >= 8) {
		size_t skip = unit < size ? unit : size;
		out += character_put(out, 0xFFFD);
		left = room - (size_t)(out - a.text);
		in += skip, size -= skip, a.bad += skip;
	}
	if (left)
		iconv(cd, NULL, NULL, &out, &left);
	a.size = (size_t)(out - a.text);
	if (!text_utf8(a.text, a.size))
		a.bad += a.size;
	return a;
}

/* Decodes data; text is NULL when iconv does not know the encoding. */
static struct attempt attempt(void *owner, const char *encoding, const unsigned char *data, size_t size)
{
	if (!strcmp(encoding, "utf-8"))
		return from_utf8(owner, data, size);
	if (!strcmp(encoding, "windows-1252"))
		return from_windows1252(owner, data, size);
	const uint16_t *upper = decode_macintosh(encoding);
	if (upper)
		return from_table(owner, upper, data, size);
	iconv_t cd = iconv_open("UTF-8", encoding);
	if (cd == (iconv_t)-1)
		return (struct attempt){ 0 };
	size_t unit = text_starts(encoding, "utf-16") ? 2 : text_starts(encoding, "utf-32") ? 4 : 1;
	struct attempt a = from_iconv(owner, cd, unit, data, size);
	iconv_close(cd);
	return a;
}

/* The encoding that a byte order mark names, and the mark's length; NULL when there is none. */
static const char *by_mark(const unsigned char *d, size_t size, size_t *length)
{
	static const struct { const char *mark; size_t length; const char *encoding; } marks[] = {
		{ "\x00\x00\xFE\xFF", 4, "utf-32be" }, { "\xFF\xFE\x00\x00", 4, "utf-32le" },
		{ "\xFE\xFF", 2, "utf-16be" }, { "\xFF\xFE", 2, "utf-16le" }, { "\xEF\xBB\xBF", 3, "utf-8" },
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (size >= marks[i].length && !memcmp(d, marks[i].mark, marks[i].length)) {
			*length = marks[i].length;
			return marks[i].encoding;
		}
	*length = 0;
	return NULL;
}

/* The encoding family that the first bytes show (XML 1.0 appendix F); NULL for one that extends ASCII. */
static const char *by_first_bytes(const unsigned char *d, size_t size)
{
	static const struct { const char *bytes, *encoding; } starts[] = {
		{ "\x00\x00\x00<", "utf-32be" }, { "<\x00\x00\x00", "utf-32le" }, { "\x00<\x00?", "utf-16be" },
		{ "<\x00?\x00", "utf-16le" }, { "\x4C\x6F\xA7\x94", "cp037" },
	};
	for (size_t i = 0; size >= 4 && i < sizeof starts / sizeof *starts; i++)
		if (!memcmp(d, starts[i].bytes, 4))
			return starts[i].encoding;
	if (size >= 4 && !d[0] && d[1] == '<' && !d[2] && d[3])
		return "utf-16be";
	return size >= 4 && d[0] == '<' && !d[1] && d[2] && !d[3] ? "utf-16le" : NULL;
}

/* The value of key in s, quoted or not; NULL when it is missing. */
static char *value_of(void *owner, const char *s, const char *key)
{
	for (; (s = strcasestr(s, key)); s++) {
		const char *p = s + strlen(key);
		p += strspn(p, " \t\r\n");
		if (*p++ != '=')
			continue;
		p += strspn(p, " \t\r\n\"'");
		size_t n = strcspn(p, " \t\r\n\"';,?>");
		return n ? mem_ndup(owner, p, n) : NULL;
	}
	return NULL;
}

static char *by_charset(void *owner, const char *content_type)
{
	const char *parameters = content_type ? strchr(content_type, ';') : NULL;
	return parameters ? value_of(owner, parameters, "charset") : NULL;
}

/* The encoding that the XML declaration names.  family is that of the first bytes, or NULL. */
static char *by_declaration(void *owner, const char *family, const unsigned char *data, size_t size)
{
	size_t n = size < HEAD ? size : HEAD;
	struct attempt head = family ? attempt(owner, family, data, n & ~(size_t)3) : from_windows1252(owner, data, n);
	const char *start = head.text ? strstr(head.text, "<?xml") : NULL;
	const char *end = start ? strchr(start, '>') : NULL;
	return end ? value_of(owner, mem_ndup(owner, start, (size_t)(end - start)), "encoding") : NULL;
}

/* UTF-16 and UTF-32 are only believed when the first bytes show them, and nothing else is believed then. */
static const char *reconcile(const char *encoding, const char *family)
{
	bool wide_label = encoding && (text_starts(encoding, "utf-16") || text_starts(encoding, "utf-32"));
	bool wide_bytes = family && text_starts(family, "utf-");
	if (wide_bytes)
		return family;
	return wide_label ? NULL : encoding;
}

struct candidates {
	const char *encoding[6];
	size_t count;
	const char *wrong;
};

static void candidate(void *scratch, struct candidates *all, const char *label, const char *family)
{
	if (!label)
		return;
	const char *encoding = reconcile(decode_label(scratch, label), family);
	if (!encoding) {
		all->wrong = mem_printf(scratch, "the encoding '%s' is unknown or cannot be that of these bytes", label);
		return;
	}
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->encoding[i], encoding))
			return;
	all->encoding[all->count++] = encoding;
}

/* US-ASCII has no bytes above 0x7F; decoded as windows-1252 such a document would hide that it is really UTF-8. */
static bool contradicts(const char *label, const unsigned char *data, size_t size)
{
	if (!label || !decode_label_is_ascii(label))
		return false;
	for (size_t i = 0; i < size; i++)
		if (data[i] & 0x80)
			return true;
	return false;
}

/*
 * Do the bytes refute a label that is not UTF-8, by being UTF-8?  In Western text no character of UTF-8 occurs by chance.  In
 * other encodings of one byte two may; in those of several bytes half of all are plausible, but hardly some of three bytes in a
 * row with nothing in between that is no UTF-8.
 */
static bool is_utf8_after_all(const char *encoding, const unsigned char *data, size_t size)
{
	static const char *const several[] = { "gb", "big5", "euc", "cp932", "cp949", "shift", "johab", "iso-2022", NULL };
	size_t wide = 0, beyond = 0, least = !strcmp(encoding, "windows-1252") ? 1 : 3;
	if (text_starts(encoding, "utf-"))
		return false;
	/* A few bytes may be broken, as one that is cut off at the end. */
	struct attempt a = { .good = 0 };
	if (!text_utf8((const char *)data, size)) {
		a = from_utf8(NULL, data, size);
		talloc_free(a.text);
		if (a.bad * 50 > a.good)
			return false;
	}
	for (size_t i = 0; i < size; i++) {
		beyond += data[i] >= 0xC0;
		wide += data[i] >= 0xE0;
	}
	for (size_t i = 0; several[i]; i++)
		if (text_starts(encoding, several[i]))
			return wide >= 4 && wide == beyond && !a.bad;
	return beyond >= least;
}

static struct candidates candidates(void *scratch, const unsigned char *data, size_t size, const char *content_type)
{
	struct candidates all = { 0 };
	const char *family = by_first_bytes(data, size);
	const char *labels[] = { by_charset(scratch, content_type), by_declaration(scratch, family, data, size), family };
	for (size_t i = 0; i < 3; i++) {
		const char *encoding = labels[i] && !family ? decode_label(scratch, labels[i]) : NULL;
		if (encoding && is_utf8_after_all(encoding, data, size))
			all.wrong = mem_printf(scratch, "labelled '%s', but it is UTF-8", labels[i]);
		else if (contradicts(labels[i], data, size))
			all.wrong = mem_printf(scratch, "labelled '%s', but not all of it is ASCII", labels[i]);
		else
			candidate(scratch, &all, labels[i], family);
	}
	/* ISO-2022-JP uses only bytes below 0x80, so it would also pass for UTF-8. */
	if (!family && memchr(data, 0x1B, size) && memmem(data, size, "\x1B$B", 3))
		candidate(scratch, &all, "iso-2022-jp", NULL);
	if (!family)
		candidate(scratch, &all, "utf-8", NULL);
	return all;
}

static struct decoded *decoded(void *owner, struct attempt a, const char *encoding, const char *wrong)
{
	struct decoded *d = mem_new(owner, struct decoded);
	/* A second byte order mark, or one in another encoding, is not text either. */
	size_t mark = a.size >= 3 && !memcmp(a.text, "\xEF\xBB\xBF", 3) ? 3 : 0;
	d->size = a.size - mark;
	d->text = mem_array(d, char, d->size + 1);
	memcpy(d->text, a.text + mark, d->size);
	d->encoding = mem_dup(d, encoding);
	d->wrong = mem_dup_or_null(d, wrong);
	return d;
}

/* At most 2 % of the bytes are invalid: one bad byte must not make a whole document unreadable.  UTF-8 also needs at least as
 * many valid characters beyond ASCII as invalid ones, unless the only fault is a character cut off at the end. */
static bool nearly_fits(const struct attempt *a, const char *encoding, size_t size)
{
	bool utf8 = !strcmp(encoding, "utf-8");
	return a->bad <= size / 50 && (!utf8 || a->bad <= a->good || (a->bad == 1 && text_ends(a->text, "\xEF\xBF\xBD")));
}

/* Without a usable label: what the statistics of the bytes suggest; text is NULL when they suggest nothing credible. */
static struct attempt guessed(void *scratch, const unsigned char *data, size_t size, const char **encoding)
{
	*encoding = decode_guess(data, size);
	struct attempt a = *encoding ? attempt(scratch, *encoding, data, size) : (struct attempt){ 0 };
	if (!a.text)
		return a;
	struct attempt other = from_windows1252(scratch, data, size);
	if (a.bad || !decode_guess_holds(a.text, other.text))
		a.text = NULL;
	talloc_free(other.text);
	return a;
}

/* The first candidate without an invalid byte; else the first that nearly fits; else the guess from the bytes; else
 * windows-1252, in which every byte is valid. */
static struct decoded *choose(void *owner, void *scratch, const struct candidates *all, const unsigned char *data, size_t size)
{
	struct attempt near = { 0 };
	const char *near_name = NULL, *wrong = all->wrong;
	for (size_t i = 0; i < all->count; i++) {
		struct attempt a = attempt(scratch, all->encoding[i], data, size);
		if (!a.text) {
			wrong = mem_printf(scratch, "the encoding '%s' is unknown", all->encoding[i]);
			continue;
		}
		if (!a.bad)
			return decoded(owner, a, all->encoding[i], a.cesu8 ? "characters written in two halves" : wrong);
		wrong = mem_printf(scratch, "%zu bytes are not %s", a.bad, all->encoding[i]);
		if (!near.text && nearly_fits(&a, all->encoding[i], size))
			near = a, near_name = all->encoding[i];
		else
			talloc_free(a.text);
	}
	if (near.text)
		return decoded(owner, near, near_name, wrong);
	const char *guess;
	struct attempt a = guessed(scratch, data, size, &guess);
	if (a.text)
		return decoded(owner, a, guess, wrong);
	return decoded(owner, from_windows1252(scratch, data, size), "windows-1252", wrong);
}

struct decoded *decode_document(void *owner, const void *data, size_t size, const char *content_type)
{
	void *scratch = mem_new(owner, char);
	size_t mark, size_unpacked;
	char *unpacked = unpack(scratch, data, size, DECODE_MAX_UNPACKED, &size_unpacked);
	if (unpacked) {
		data = unpacked;
		size = size_unpacked;
	}
	const char *marked = by_mark(data, size, &mark);
	struct decoded *d;
	if (marked) {
		struct attempt a = attempt(scratch, marked, (const unsigned char *)data + mark, size - mark);
		const char *wrong = a.bad ? mem_printf(scratch, "%zu bytes are not %s", a.bad, marked) : NULL;
		d = decoded(owner, a, marked, wrong);
	} else {
		struct candidates all = candidates(scratch, data, size, content_type);
		d = choose(owner, scratch, &all, data, size);
	}
	talloc_free(scratch);
	return d;
}
