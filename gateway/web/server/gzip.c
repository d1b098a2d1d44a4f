#include "gateway/web/server/gzip.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <zlib.h>

enum { GZIP_FORMAT = 15 + 16, MEMORY = 8 };
/* Of a stored block, before its bytes (RFC 1951 section 3.2.4); of the end of a file (RFC 1952 section 2.3.1). */
enum { STORED_HEADER = 5, TRAILER = 8 };

static uint32_t checksum(const char *data, size_t size) { return (uint32_t)crc32_z(0, (const Bytef *)data, size); }

/* All of it, up to a border between bytes, or to the end.  False: there is no more room. */
static bool put(z_stream *z, const char *data, size_t size, int flush)
{
	z->next_in = (z_const Bytef *)(uintptr_t)data;
	z->avail_in = (uInt)size;
	int done = deflate(z, flush);
	return flush == Z_FINISH ? done == Z_STREAM_END : done == Z_OK && z->avail_in == 0 && z->avail_out > 0;
}

/* The text up to the end of the hole, and the hole as it is.  After a full flush nothing refers to what was before it. */
static bool put_hole(z_stream *z, const char *body, const struct hole *h, size_t *at)
{
	if (!put(z, body, h->at, Z_FULL_FLUSH))
		return false;
	*at = z->total_out + STORED_HEADER;
	return deflateParams(z, Z_NO_COMPRESSION, Z_DEFAULT_STRATEGY) == Z_OK && put(z, body + h->at, h->size, Z_FULL_FLUSH) &&
	       deflateParams(z, Z_DEFAULT_COMPRESSION, Z_DEFAULT_STRATEGY) == Z_OK;
}

char *gzip_body(void *owner, const char *body, size_t size, struct hole *h, size_t *coded)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_FORMAT, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	char *out = mem_array(owner, char, size);
	size_t past = h->size ? h->at + h->size : 0, at = 0;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)size;
	bool fine = (!h->size || put_hole(&z, body, h, &at)) && put(&z, body + past, size - past, Z_FINISH) &&
	            (!h->size || memcmp(out + at, body + h->at, h->size) == 0);
	*coded = z.total_out;
	deflateEnd(&z);
	if (!fine)
		TALLOC_FREE(out);
	else if (h->size)
		*h = (struct hole){ at, h->size, true, checksum(body, h->at), checksum(body + past, size - past), size - past };
	return out;
}

void hole_fill(const struct hole *h, char *bytes, size_t size, const char *text)
{
	memcpy(bytes + h->at, text, h->size);
	if (!h->in_gzip)
		return;
	uint32_t upto = (uint32_t)crc32_combine(h->before, checksum(text, h->size), (z_off_t)h->size);
	uint32_t all = (uint32_t)crc32_combine(upto, h->after, (z_off_t)h->after_size);
	for (size_t i = 0; i < 4; i++)
		bytes[size - TRAILER + i] = (char)(all >> 8 * i & 0xFF);
}
