/* What people type and paste. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

struct range {
	uint32_t first, last;
};

static bool within(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool text_unseen(uint32_t c)
{
	static const struct range unseen[] = {
		{ 0x01, 0x20 }, { 0x7F, 0xA0 }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C }, { 0x115F, 0x1160 }, { 0x1680, 0x1680 }, { 0x17B4, 0x17B5 },
		{ 0x180B, 0x180F }, { 0x2000, 0x200F }, { 0x2028, 0x202F }, { 0x205F, 0x206F }, { 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 },
		{ 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE0FFF } };
	return within(c, unseen, sizeof unseen / sizeof *unseen);
}

char *text_typed(void *owner, const char *s)
{
	const char *from = NULL, *to = NULL;
	for (const char *here = s, *next = s; *here; here = next)
		if (!text_unseen(text_next(&next))) {
			from = from ? from : here;
			to = next;
		}
	return from ? mem_ndup(owner, from, (size_t)(to - from)) : mem_dup(owner, "");
}

/* The value of a decimal digit of any script (Unicode's general category Nd), or -1. */
static int digit(uint32_t c)
{
	static const uint32_t zeros[] = {
		0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0,
		0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0,
		0x11066, 0x110F0, 0x11136, 0x111D0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E950 };
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
		if (c >= zeros[i] && c < zeros[i] + 10)
			return (int)(c - zeros[i]);
	return -1;
}

/* What people put between digits: blanks, dots, hyphens and dashes. */
static bool separates(uint32_t c)
{
	return text_unseen(c) || (c && c < 0x80 && strchr("-.,_/", (int)c)) || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xB7 || c == 0xFF0D ||
	       c == 0x30FC || c == 0xFF0E;
}

char *text_digits(void *owner, const char *s)
{
	char *digits = mem_array(owner, char, strlen(s) + 1), *p = digits;
	for (uint32_t c = text_next(&s); c; c = text_next(&s)) {
		int n = digit(c);
		if (n >= 0) {
			*p++ = (char)('0' + n);
		} else if (!separates(c)) {
			talloc_free(digits);
			return NULL;
		}
	}
	return digits;
}
