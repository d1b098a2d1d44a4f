/* A Substack export: the zip, its table, its texts. */
#include "tests/fuzz/export.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 4 && memcmp(data, "PK\3\4", 4) == 0)
		export_read("", data, size);
	return 0;
}
