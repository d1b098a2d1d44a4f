#include "feeds/text/decode.h"
#include "feeds/text/repair_scan.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>

/* "&acirc;" at s: its character and *after it; 0 when it is none of HTML's. */
static uint32_t named(const char *s, const char *end, const char **after)
{
	char name[12] = "";
	const char *p = s + 1;
	for (size_t n = 0; p < end && isalnum((unsigned char)*p) && n < sizeof name - 1; p++)
		name[n++] = *p;
	const htmlEntityDesc *html = p < end && *p == ';' ? htmlEntityLookup((const xmlChar *)name) : NULL;
	*after = p + 1;
	return html ? html->value : 0;
}

/* What the reference at s means, and *after it; 0 when there is none. */
static uint32_t meant(const char *s, const char *end, const char **after)
{
	if (end - s < 4 || *s != '&')
		return 0;
	if (s[1] != '#')
		return named(s, end, after);
	bool hex = s[2] == 'x';
	const char *p = s + 2 + hex;
	uint32_t cp = repair_number(&p, end, hex);
	*after = p + 1;
	return p < end && *p == ';' ? cp : 0;
}

/* The byte that windows-1252 would have read as cp; 0 for none beyond ASCII. */
static unsigned char byte_of(uint32_t cp)
{
	for (unsigned b = 0x80; b < 0xA0; b++)
		if (decode_windows1252((unsigned char)b) == cp)
			return (unsigned char)b;
	return cp >= 0x80 && cp < 0x100 ? (unsigned char)cp : 0;
}

/*
 * "&acirc;&euro;&trade;", "&#226;&#128;&#153;": some program took the bytes
 * for characters.  Only with a byte of 0x80 to 0x9F among them, which as a
 * character no text has in such a place, is that sure.
 */
const char *repair_bytes(struct repair *r, uint32_t first, const char *s, const char *end)
{
	if (first < 0xC2 || first > 0xF4)
		return NULL;
	char b[4];
	size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	bool sure = false;
	for (size_t n = 0; n < length; n++) {
		const char *after;
		unsigned char byte = byte_of(meant(s, end, &after));
		if (!byte)
			return NULL;
		sure = sure || (n && byte < 0xA0);
		b[n] = (char)byte;
		s = after;
	}
	if (!sure || !text_utf8(b, length))
		return NULL;
	repair_note(r, "a character as references to its bytes");
	if (!repair_character(r, b, b + length))
		repair_put(r, b, length);
	return s;
}

uint32_t repair_joined(uint32_t high, const char **s, const char *end)
{
	const char *after;
	uint32_t low = high >= 0xD800 && high < 0xDC00 ? meant(*s, end, &after) : 0;
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*s = after;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}
