#include "feeds/text/repair_character.h"
#include "gateway/base/text/character.h"

bool repair_is_character(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp < 0xD800) || (cp >= 0xE000 && cp < 0xFFFE) ||
	       (cp >= 0x10000 && cp <= 0x10FFFF);
}

size_t repair_character(struct repair *r, const char *s, const char *end)
{
	unsigned char c = (unsigned char)*s, second = end - s > 1 ? (unsigned char)s[1] : 0;
	if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
		repair_note(r, "a control character");
		return 1;
	}
	if (c == 0xEF && end - s > 2 && second == 0xBF && (unsigned char)s[2] >= 0xBE) {
		repair_note(r, "a character that XML forbids");
		return 3;
	}
	if (c == 0xC2 && second >= 0x80 && second < 0xA0) {
		char meant[4];
		repair_put(r, meant, character_put(meant, character_windows1252(second)));
		return 2;
	}
	return 0;
}
