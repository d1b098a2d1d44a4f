/* A list of feeds from anywhere: what is taken from it is written again, and read again to the same. */
#include "feeds/source/opml.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(void *t, const struct opml_line *lines, size_t count)
{
	struct error err;
	struct source **all = mem_array(t, struct source *, count + 1);
	size_t good = 0, size, read;
	for (size_t i = 0; i < count; i++)
		if (!lines[i].wrong) {
			struct source *s = all[good++] = mem_new(t, struct source);
			s->url = opml_public_url(s, lines[i].url);
			s->title = lines[i].title;
		}
	struct document *d = document_new(t);
	opml_write(document_out(d), "t", all, good);
	const char *text = document_text(d, &size);
	struct opml_line *back = opml_read(t, text, size, &read, &err);
	if (!back || read != good)
		abort();
	for (size_t i = 0; i < read; i++)
		if (back[i].wrong || strcmp(back[i].url, all[i]->url) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	size_t count;
	void *t = talloc_new(NULL);
	struct opml_line *lines = opml_read(t, data, size, &count, &err);
	if (lines)
		again(t, lines, count);
	talloc_free(t);
	return 0;
}
