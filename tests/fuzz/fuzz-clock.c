/* fuzz-clock - dates from outside: what is read can be written and is read as the same again. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *text = mem_ndup(t, (const char *)data, size);
	int64_t ms, again;
	if (clock_parse_rfc5322(text, &ms) && ms >= clock_civil(0, 1, 1, 0, 0, 0))
		if (ms < clock_civil(9999, 12, 31, 0, 0, 0) && (!clock_parse_rfc5322(clock_rfc5322(t, ms), &again) || again != ms))
			abort();
	if (clock_parse_rfc3339(text, &ms) && ms >= clock_civil(0, 1, 1, 0, 0, 0) && ms < clock_civil(9999, 12, 31, 0, 0, 0))
		if (!clock_parse_rfc3339(clock_rfc3339(t, ms), &again) || again / 1000 != (ms - (ms % 1000 + 1000) % 1000) / 1000)
			abort();
	talloc_free(t);
	return 0;
}
