#include "feeds/text/decode.h"
#include "feeds/text/unpack.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#define FEED "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><title>Gr\xFC\xDF" "e</title><item><title>Gr\xFC\xDF" "e again</title></item></channel></rss>"
#define READ "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><title>Grüße</title><item><title>Grüße again</title></item></channel></rss>"

enum { GZIP = 15 + 16, ZLIB = 15, BARE = -15 };

static const struct {
	const char *what, *text;
	int kind, level;
	int cut, more; /* bytes that are missing at the end, or follow it */
	const char *read;
} cases[] = {
	{ "gzip", FEED, GZIP, 6, 0, 0, READ },
	{ "gzip that is only stored", FEED, GZIP, 0, 0, 0, READ },
	{ "gzip and bytes behind it", FEED, GZIP, 6, 0, 5, READ },
	{ "gzip without its check sum", FEED, GZIP, 6, 8, 0, READ },
	{ "zlib, fast", FEED, ZLIB, 1, 0, 0, READ },
	{ "zlib", FEED, ZLIB, 6, 0, 0, READ },
	{ "zlib, best", FEED, ZLIB, 9, 0, 0, READ },
	{ "deflate", FEED, BARE, 6, 0, 0, READ },
	{ "deflate of JSON", "\n{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", BARE, 6, 0, 0, "\n{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}" },
	{ "deflate with bytes behind it is none", FEED, BARE, 6, 0, 5, NULL },
	{ "deflate of no document is none", "Hello, hello, hello, hello, hello", BARE, 6, 0, 0, NULL },
};

static size_t pack(const char *text, int kind, int level, char *out, size_t room)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)text, .avail_in = (unsigned)strlen(text), .next_out = (unsigned char *)out, .avail_out = (unsigned)room };
	deflateInit2(&z, level, Z_DEFLATED, kind, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return room - z.avail_out;
}

int main(void)
{
	void *t = talloc_new(NULL);
	char packed[4096];
	size_t size;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(packed, 0, sizeof packed);
		size = pack(cases[i].text, cases[i].kind, cases[i].level, packed, sizeof packed) - (size_t)cases[i].cut + (size_t)cases[i].more;
		struct decoded *d = decode_document(t, packed, size, "text/xml");
		if (cases[i].read)
			is(d->text, cases[i].read, cases[i].what);
		else
			ok(!unpack(t, packed, size, 1000, &size), cases[i].what);
	}
	char *large = mem_array(t, char, 100001), *small = mem_array(t, char, 1000);
	memset(large, ' ', 100000);
	size = pack(large, GZIP, 9, small, 1000);
	ok(!unpack(t, small, size, 99999, &size), "what gets too large is not unpacked");
	size = pack(large, GZIP, 9, small, 1000);
	ok(unpack(t, small, size, 100000, &size) && size == 100000, "what just fits is");
	static const char *const plain[] = { "x\x9c is text", "xml", "{}", "", "<rss/>", "\x1F\x8B", "Plain text that begins with a letter." };
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		ok(!unpack(t, plain[i], strlen(plain[i]), 1000, &size), mem_printf(t, "'%s' is not packed", plain[i]));
	talloc_free(t);
	return tap_done();
}
