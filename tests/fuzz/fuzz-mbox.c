/* A file of mails, as import_open reads it. */
#include "tests/fuzz/export.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	export_read("From a@b Tue Mar  3 10:00:00 2026\nSubject: a\n", data, size);
	return 0;
}
