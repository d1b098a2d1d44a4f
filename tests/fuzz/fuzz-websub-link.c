/* Any Link header: what it names are URLs, few of them, and none twice. */
#include "feeds/websub/websub_links.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct websub_links *links = mem_new(NULL, struct websub_links);
	char *value = mem_ndup(links, (const char *)data, size);
	websub_links_header(links, value, "https://b.example/feed?x=1");
	if (links->hub_count > 5 || (links->self && !url_valid(links->self)))
		abort();
	for (size_t i = 0; i < links->hub_count; i++) {
		if (!url_valid(links->hubs[i]) || strchr(links->hubs[i], '\n'))
			abort();
		for (size_t j = 0; j < i; j++)
			if (strcmp(links->hubs[i], links->hubs[j]) == 0)
				abort();
	}
	talloc_free(links);
	return 0;
}
