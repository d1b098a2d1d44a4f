/* Any text as a date: what is read lies within the calendar. */
#include "feeds/dates/dates.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = mem_ndup(NULL, (const char *)data, size);
	int64_t ms = 0;
	if (dates_parse(s, &ms) && (ms < clock_civil(0, 12, 30, 0, 0, 0) || ms > clock_civil(10000, 1, 3, 0, 0, 0)))
		abort();
	talloc_free(s);
	return 0;
}
