#include "feeds/text/repair_reference.h"
#include <ctype.h>
#include <libxml/HTMLparser.h>

static unsigned digit(char c) { return (unsigned)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10); }

uint32_t repair_number(const char **p, const char *end, bool hex)
{
	uint32_t cp = 0;
	for (; *p < end && (hex ? isxdigit((unsigned char)**p) : isdigit((unsigned char)**p)); ++*p)
		if (cp <= 0x10FFFF)
			cp = cp * (hex ? 16 : 10) + digit(**p);
	return cp;
}

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

uint32_t repair_reference(const char *s, const char *end, const char **after)
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

uint32_t repair_surrogate_pair(uint32_t high, const char **s, const char *end)
{
	const char *after;
	uint32_t low = high >= 0xD800 && high < 0xDC00 ? repair_reference(*s, end, &after) : 0;
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*s = after;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}
