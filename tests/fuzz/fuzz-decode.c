/* Any bytes in any encoding: what comes out is UTF-8.  The first byte chooses the label, up to a NUL the rest may name one. */
#include "feeds/text/decode.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const void *data, size_t size, const char *type)
{
	struct decoded *d = decode_document(NULL, data, size, type);
	if (!text_utf8(d->text, d->size) || d->text[d->size] || !*d->encoding || d->size > 4 * size + 16)
		abort();
	talloc_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const labels[] = { "", "utf-8", "utf-16", "utf-16le", "utf-32", "gb18030", "big5", "euc-jp", "shift_jis", "iso-2022-jp", "iso-2022-kr",
	                                      "hz", "koi8-r", "euc-kr", "windows-1255", "windows-1258", "johab", "cp037", "us-ascii", "tcvn", "iso-8859-8-i", "macintosh" };
	if (!size)
		return 0;
	size_t n = data[0] % (sizeof labels / sizeof *labels + 1), named = strnlen((const char *)data + 1, size - 1);
	char *type;
	if (n < sizeof labels / sizeof *labels) {
		type = mem_printf(NULL, "text/xml; charset=%s", labels[n]);
		named = 0;
	} else {
		type = mem_printf(NULL, "text/xml; charset=%.*s", (int)named, (const char *)data + 1);
	}
	check(data + 1 + named, size - 1 - named, n ? type : NULL);
	talloc_free(type);
	return 0;
}
