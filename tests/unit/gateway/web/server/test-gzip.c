#include "gateway/base/memory/mem.h"
#include "gateway/web/server/gzip.h"
#include "tap.h"
#include <zlib.h>

enum { HOLE = 32 };

static const struct {
	size_t size, at; /* of the body, and of the hole in it; at == size: it has none */
	bool random, smaller;
	const char *what;
} cases[] = {
	{ 5000, 5000, false, true, "no hole" },
	{ 5000, 2000, false, true, "a hole within" },
	{ 5000, 0, false, true, "at the start" },
	{ 5000, 5000 - HOLE, false, true, "at the end" },
	{ 1 << 20, 70000, false, true, "in a body that is larger than all windows" },
	{ 5000, 2000, true, false, "what gets no smaller" },
	{ 40, 4, false, false, "what is too short for it" },
	{ 0, 0, false, false, "nothing" },
};

/* Text that repeats itself, so that what comes after the hole would refer to what is before it. */
static char *body_of(void *owner, size_t size, bool random)
{
	static const char words[] = "tides and roofs, and what the sea does to them; ";
	char *body = mem_array(owner, char, size + 1);
	unsigned seed = 1;
	for (size_t i = 0; i < size; i++)
		body[i] = random ? (char)((seed = seed * 1103515245 + 12345) >> 16) : words[i % (sizeof words - 1)];
	return body;
}

/* What a browser makes of it, which checks the checksum at its end; NULL where it finds it broken. */
static char *read_gzip(void *owner, const char *bytes, size_t size, size_t room)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size, .avail_out = (uInt)room + 1 };
	char *out = mem_array(owner, char, room + 1);
	z.next_out = (Bytef *)out;
	bool fine = inflateInit2(&z, 15 + 16) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == room && z.avail_in == 0;
	inflateEnd(&z);
	return fine ? out : NULL;
}

static void check(void *t, size_t n)
{
	size_t size = cases[n].size, coded = 0, hole = cases[n].at < size ? HOLE : 0;
	struct hole h = { .at = cases[n].at, .size = hole };
	char *body = body_of(t, size, cases[n].random), *small = gzip_body(t, body, size, &h, &coded);
	if (!ok(!!small == cases[n].smaller, cases[n].what) || !small) {
		ok(h.at == cases[n].at && h.size == hole && !h.in_gzip, "leaves the hole where it was");
		return;
	}
	ok(coded < size, "gets smaller");
	char *read = read_gzip(t, small, coded, size);
	ok(read && memcmp(read, body, size) == 0, "and is the body again");
	static const char *const fillings[] = { "01234567890123456789012345678901", "tides and roofs, and what the se", "--------------------------------" };
	for (size_t i = 0; hole && i < sizeof fillings / sizeof *fillings; i++) {
		hole_fill(&h, small, coded, fillings[i]);
		memcpy(body + cases[n].at, fillings[i], HOLE);
		read = read_gzip(t, small, coded, size);
		ok(read && memcmp(read, body, size) == 0, mem_printf(t, "filled anew, %zu", i));
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(t, i);
	char plain[] = "a form with -------------------------------- in it";
	hole_fill(&(struct hole){ .at = 12, .size = HOLE }, plain, strlen(plain), "01234567890123456789012345678901");
	is(plain, "a form with 01234567890123456789012345678901 in it", "a body as it is has its hole filled, too");
	talloc_free(t);
	return tap_done();
}
