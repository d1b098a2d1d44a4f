/* What may stand in an Atom feed. */
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_check_inside("<feed xmlns=\"http://www.w3.org/2005/Atom\">", data, size, "</feed>");
	return 0;
}
