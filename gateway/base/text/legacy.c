#include "gateway/base/text/legacy.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/character.h"
#include <stdint.h>
#include <string.h>

char *legacy_windows(void *owner, const char *s)
{
	char *out = mem_array(owner, char, strlen(s) * 3 + 1);
	size_t n = 0;
	for (; *s; s++) {
		uint32_t c = character_windows1252((unsigned char)*s);
		/* Five bytes are nothing there. */
		n += character_put(out + n, c >= 0x80 && c < 0xA0 ? 0xFFFD : c);
	}
	return out;
}

enum legacy_form legacy_form(const char *data, size_t size)
{
	size_t even = 0, odd = 0, pairs = size / 2 < 128 ? size / 2 : 128;
	if (size >= 2 && memcmp(data, "\xFF\xFE", 2) == 0)
		return LEGACY_UTF16_LE;
	if (size >= 2 && memcmp(data, "\xFE\xFF", 2) == 0)
		return LEGACY_UTF16_BE;
	for (size_t i = 0; i < pairs; i++) {
		even += !data[2 * i];
		odd += !data[2 * i + 1];
	}
	return pairs > 1 && odd > pairs / 2 ? LEGACY_UTF16_LE : pairs > 1 && even > pairs / 2 ? LEGACY_UTF16_BE : LEGACY_BYTES;
}

size_t legacy_utf16(enum legacy_form form, const char *data, size_t n, char *out, unsigned *high)
{
	size_t size = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char a = (unsigned char)data[2 * i], b = (unsigned char)data[2 * i + 1];
		uint32_t c = form == LEGACY_UTF16_LE ? (uint32_t)(b << 8 | a) : (uint32_t)(a << 8 | b);
		bool low = c >= 0xDC00 && c < 0xE000, pair = low && *high;
		if (*high && !pair)
			size += character_put(out + size, 0xFFFD);
		if (pair)
			c = 0x10000 + ((*high - 0xD800u) << 10) + (c - 0xDC00);
		*high = c >= 0xD800 && c < 0xDC00 ? c : 0;
		if (!*high && c != 0xFEFF)
			size += character_put(out + size, low && !pair ? 0xFFFD : c);
	}
	return size;
}
