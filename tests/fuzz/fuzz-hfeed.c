/* What may stand in a page that is its own feed. */
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_check_inside("<!doctype html><html><body>", data, size, "</body></html>");
	return 0;
}
