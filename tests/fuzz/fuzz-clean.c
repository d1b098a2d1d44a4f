/* Whatever goes in, what comes out is harmless, and cleaning it again changes nothing. */
#include "feeds/clean/clean.h"
#include "gateway/base/memory/mem.h"
#include "tests/clean_check.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	const char *base = size % 2 ? "https://blog.test/post/" : NULL;
	char *once = clean_html(t, (const char *)data, size, base);
	if (clean_check(t, once) || strcmp(clean_html(t, once, strlen(once), base), once) != 0)
		abort();
	talloc_free(t);
	return 0;
}
