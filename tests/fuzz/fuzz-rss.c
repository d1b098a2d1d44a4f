/* What may stand in a channel of RSS, with its extensions. */
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_check_inside("<rss version=\"2.0\"><channel>", data, size, "</channel></rss>");
	return 0;
}
