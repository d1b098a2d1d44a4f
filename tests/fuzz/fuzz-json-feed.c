/* What may stand in a JSON Feed. */
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_check_inside("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",", data, size, "}");
	return 0;
}
