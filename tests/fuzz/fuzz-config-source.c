/* fuzz-config-source - only spaces are put in, never a line taken or added; what was prepared is prepared. */
#include "gateway/base/config/config_source.h"
#include "gateway/base/memory/mem.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct error err;
	int line, again;
	char *before = mem_ndup(t, (const char *)data, size), *text = mem_dup(t, before);
	bool fine = config_source_prepare(text, &line, &err);
	if (strlen(text) != strlen(before) || line < 1)
		abort();
	for (size_t i = 0; text[i]; i++)
		if (text[i] != before[i] && (text[i] != ' ' || before[i] == '\n'))
			abort();
	char *prepared = mem_dup(t, text);
	if (fine && (!config_source_prepare(text, &again, &err) || strcmp(text, prepared) != 0))
		abort();
	talloc_free(t);
	return 0;
}
