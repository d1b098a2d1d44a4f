/* fuzz-oauth - whatever a server says of a token, it becomes a short line of UTF-8 without control characters. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "smtp/client/oauth.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *words)
{
	if (!text_utf8(words, strlen(words)) || text_length(words) > 151)
		abort();
	for (const char *p = words; *p; p++)
		if ((unsigned char)*p < ' ')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	void *t = talloc_new(NULL);
	char *text = mem_ndup(t, (const char *)data, size);
	check(oauth_complaint(t, text));
	check(oauth_complaint(t, encode_base64(t, data, size)));
	talloc_free(t);
	return 0;
}
