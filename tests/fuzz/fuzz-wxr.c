/* A WordPress export, down to its shortcodes. */
#include "tests/fuzz/export.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	export_read("<!-- http://wordpress.org/export/1.2/ -->", data, size);
	return 0;
}
