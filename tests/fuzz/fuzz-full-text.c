/* A page from anywhere: whatever article it has is clean once it is cleaned. */
#include "feeds/clean/clean.h"
#include "feeds/full_text/full_text.h"
#include "gateway/base/memory/mem.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *base;
	void *t = talloc_new(NULL);
	char *article = full_text_of(t, data, size, NULL, "https://b.example/post", &base);
	if (article)
		clean_html(t, article, strlen(article), base);
	talloc_free(t);
	return 0;
}
