#include "feeds/text/unpack.h"
#include "gateway/base/memory/mem.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* windowBits of inflateInit2. */
enum { GZIP_OR_ZLIB = 15 + 32, BARE = -15 };
enum { FIRST = 64 << 10 };

struct stream {
	z_stream z;
	char *out;
	size_t size, room;
	bool whole; /* it ended where data ended */
};

/* False when it is no such stream from its first bytes on, or gets too large. */
static bool inflate_all(void *owner, struct stream *s, int kind, const void *data, size_t size, size_t max)
{
	int status = Z_OK;
	if (inflateInit2(&s->z, kind) != Z_OK)
		return false;
	s->z.next_in = (unsigned char *)(uintptr_t)data;
	s->z.avail_in = (unsigned)size;
	while (status == Z_OK) {
		if (s->size == s->room) {
			s->room = s->room ? 2 * s->room : FIRST;
			s->room = s->room > max + 1 ? max + 1 : s->room;
			s->out = talloc_realloc(owner, s->out, char, mem_count(s->room + 1));
			mem_check(s->out);
		}
		if (s->size == s->room)
			break;
		s->z.next_out = (unsigned char *)s->out + s->size;
		s->z.avail_out = (unsigned)(s->room - s->size);
		status = inflate(&s->z, Z_NO_FLUSH);
		s->size = s->room - s->z.avail_out;
	}
	s->whole = status == Z_STREAM_END && s->z.avail_in == 0;
	inflateEnd(&s->z);
	return s->size > 0 && s->size <= max;
}

static bool starts_like_gzip(const unsigned char *d, size_t size) { return size > 18 && d[0] == 0x1F && d[1] == 0x8B && d[2] == 8; }

/* RFC 1950 section 2.2; the smallest window, which nobody uses, would allow for printable text. */
static bool starts_like_zlib(const unsigned char *d, size_t size) { return size > 6 && d[0] == 0x78 && (d[0] * 256 + d[1]) % 31 == 0 && d[1] != '<' && d[1] != ' '; }

/* Bare deflate has no mark: what it makes must be a document, to its last byte. */
static bool may_be_bare(const unsigned char *d, size_t size) { return size > 6 && !memchr("<{[ \t\r\n\xEF\xFE\xFF", d[0], 11) && d[0]; }

static bool is_document(const struct stream *s)
{
	static const char marks[] = "\xEF\xBB\xBF";
	size_t at = s->size >= 3 && memcmp(s->out, marks, 3) == 0 ? 3 : 0;
	while (at < s->size && strchr(" \t\r\n", s->out[at]) && s->out[at])
		at++;
	return s->whole && at < s->size && s->out[at] && strchr("<{[", s->out[at]);
}

char *unpack(void *owner, const void *data, size_t size, size_t max, size_t *unpacked)
{
	struct stream s = { .size = 0 };
	bool marked = starts_like_gzip(data, size) || starts_like_zlib(data, size);
	bool fine = size <= UINT32_MAX && (marked ? inflate_all(owner, &s, GZIP_OR_ZLIB, data, size, max)
	                                          : may_be_bare(data, size) && inflate_all(owner, &s, BARE, data, size, max) && is_document(&s));
	if (!fine) {
		talloc_free(s.out);
		return NULL;
	}
	s.out[s.size] = '\0';
	*unpacked = s.size;
	return s.out;
}
