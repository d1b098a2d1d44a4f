#include "gateway/base/memory/document.h"
#include "gateway/base/text/text.h"
#include <locale.h>
#include <wctype.h>

/* The C library has Unicode's case table in the locale C.UTF-8. */
static uint32_t fold(uint32_t c, locale_t letters)
{
	/* Through the upper case, so that both lower case sigmas become one. */
	return letters ? (uint32_t)towlower_l(towupper_l((wint_t)c, letters), letters) : c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static void put(FILE *out, uint32_t c)
{
	if (c < 0x80) {
		fputc((int)c, out);
	} else if (c < 0x800) {
		fputc((int)(0xC0 | c >> 6), out);
		fputc((int)(0x80 | (c & 0x3F)), out);
	} else if (c < 0x10000) {
		fputc((int)(0xE0 | c >> 12), out);
		fputc((int)(0x80 | (c >> 6 & 0x3F)), out);
		fputc((int)(0x80 | (c & 0x3F)), out);
	} else {
		fputc((int)(0xF0 | c >> 18), out);
		fputc((int)(0x80 | (c >> 12 & 0x3F)), out);
		fputc((int)(0x80 | (c >> 6 & 0x3F)), out);
		fputc((int)(0x80 | (c & 0x3F)), out);
	}
}

char *text_fold(void *owner, const char *s)
{
	struct document *d = document_new(NULL);
	locale_t letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	for (uint32_t c = text_next(&s); c; c = text_next(&s))
		put(document_out(d), fold(c, letters));
	if (letters)
		freelocale(letters);
	return document_finish(d, owner);
}
