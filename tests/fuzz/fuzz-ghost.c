/* A Ghost export: what is not cut off is JSON. */
#include "tests/fuzz/export.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	export_read("{\"db\":[{\"data\":{\"posts\":[", data, size);
	return 0;
}
