/* A whole feed, as it comes from a stranger's server.  The first byte chooses what the server says of it. */
#include "feeds/feed.h"
#include "feeds/identity.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

static void is_text(const char *s) { must(!s || text_utf8(s, strlen(s))); }

static void is_link(const char *s) { must(!s || url_valid(s)); }

static void check(const struct feed *f)
{
	const char *const **keys = identity_keys(NULL, f);
	is_text(f->title);
	is_link(f->link);
	is_link(f->self);
	for (size_t i = 0; i < f->count; i++) {
		const struct entry *e = f->entries[i];
		is_text(e->title);
		is_text(e->content);
		is_text(e->summary);
		is_text(e->guid);
		is_link(e->link);
		is_link(e->image.url);
		for (size_t k = 0; k < e->enclosure_count; k++)
			is_link(e->enclosures[k].url);
		must(keys[i][0] != NULL);
	}
	talloc_free((void *)(uintptr_t)keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { NULL, "text/xml", "application/rss+xml; charset=utf-8", "text/xml; charset=iso-8859-1", "text/xml; charset=\"utf-16\"", "text/html; charset=gb2312" };
	struct error err;
	if (size < 1)
		return 0;
	const char *type = types[data[0] % (sizeof types / sizeof *types)], *url = data[0] & 0x80 ? "https://a.example/b/c" : NULL;
	struct feed *f = feed_parse(NULL, data + 1, size - 1, type, url, &err);
	if (f)
		check(f);
	talloc_free(f);
	return 0;
}
