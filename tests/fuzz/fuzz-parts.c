/* fuzz-parts - any bytes are a message or are none; what is found in it is UTF-8. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/message/parts.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *message = mem_ndup(t, (const char *)data, size);
	struct parts *p = parts_read(t, message, strlen(message));
	if (p) {
		const char *const all[] = { p->subject, p->from, p->to, p->date, p->text, p->html };
		for (size_t i = 0; i < sizeof all / sizeof *all; i++)
			if (!text_utf8(all[i], strlen(all[i])))
				abort();
	}
	talloc_free(t);
	return 0;
}
