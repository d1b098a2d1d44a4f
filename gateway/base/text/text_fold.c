#include "gateway/base/memory/document.h"
#include "gateway/base/text/text.h"
#include "gateway/base/text/character.h"
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
	char bytes[4];
	fwrite(bytes, 1, character_put(bytes, c), out);
}

char *text_fold(void *owner, const char *s)
{
	/* Most of what is folded; a locale and a stream would take a hundred times as long. */
	if (text_is_ascii(s))
		return text_lower(owner, s);
	struct document *d = document_new(NULL);
	locale_t letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	for (uint32_t c = text_next(&s); c; c = text_next(&s))
		put(document_out(d), fold(c, letters));
	if (letters)
		freelocale(letters);
	return document_finish(d, owner);
}
