/* What may stand in a channel of CDF. */
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_check_inside("<CHANNEL HREF=\"http://c.example/\">", data, size, "</CHANNEL>");
	return 0;
}
