/* A whole feed, as it comes from a stranger's server.  The first byte chooses what the server says of it. */
#include "feeds/parse/feed_parse.h"
#include "tests/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { NULL, "text/xml", "application/rss+xml; charset=utf-8", "text/xml; charset=iso-8859-1", "text/xml; charset=\"utf-16\"", "text/html; charset=gb2312" };
	struct error err;
	if (size < 1)
		return 0;
	const char *type = types[data[0] % (sizeof types / sizeof *types)], *url = data[0] & 0x80 ? "https://a.example/b/c" : NULL;
	struct feed *f = feed_parse(NULL, data + 1, size - 1, type, url, &err);
	if (f)
		feed_check(f);
	talloc_free(f);
	return 0;
}
