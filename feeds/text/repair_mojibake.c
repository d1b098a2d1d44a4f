#include "feeds/text/repair_mojibake.h"
#include "gateway/base/text/character.h"
#include "feeds/text/repair_character.h"
#include "feeds/text/repair_reference.h"
#include "gateway/base/text/text.h"

/* The byte of cp in windows-1252; 0 for ASCII, and for what windows-1252 does not have. */
static unsigned char byte_of(uint32_t cp)
{
	for (unsigned b = 0x80; b < 0xA0; b++)
		if (character_windows1252((unsigned char)b) == cp)
			return (unsigned char)b;
	return cp >= 0x80 && cp < 0x100 ? (unsigned char)cp : 0;
}

const char *repair_mojibake(struct repair *r, uint32_t first, const char *s, const char *end)
{
	if (first < 0xC2 || first > 0xF4)
		return NULL;
	char b[4];
	size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	/* Only with a byte of 0x80 to 0x9F among them: its character does not occur behind a letter in real text. */
	bool sure = false;
	for (size_t n = 0; n < length; n++) {
		const char *after;
		unsigned char byte = byte_of(repair_reference(s, end, &after));
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
