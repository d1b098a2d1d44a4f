#include "gateway/base/text/error.h"
#include "gateway/base/text/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Texts quote peers and may be cut: the result must still be UTF-8. */
static void make_utf8(char *text)
{
	for (const char *p = text; *p;) {
		const char *at = p;
		if (text_next(&p) == 0xFFFD && p - at == 1)
			text[at - text] = '?';
	}
}

bool error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err->kind = kind;
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	make_utf8(err->text);
	return false;
}

bool error_prefix(struct error *err, const char *fmt, ...)
{
	char old[sizeof err->text];
	memcpy(old, err->text, sizeof old);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	size_t used = strlen(err->text);
	snprintf(err->text + used, sizeof err->text - used, "%s", old);
	make_utf8(err->text);
	return false;
}
