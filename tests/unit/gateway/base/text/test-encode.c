#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "tap.h"

/* RFC 4648 section 10, and what tells the two alphabets apart. */
static const struct {
	const char *bytes;
	size_t size;
	const char *base64, *base64url, *hex;
} vectors[] = {
	{ "", 0, "", "", "" },
	{ "f", 1, "Zg==", "Zg", "66" },
	{ "fo", 2, "Zm8=", "Zm8", "666f" },
	{ "foo", 3, "Zm9v", "Zm9v", "666f6f" },
	{ "foob", 4, "Zm9vYg==", "Zm9vYg", "666f6f62" },
	{ "fooba", 5, "Zm9vYmE=", "Zm9vYmE", "666f6f6261" },
	{ "foobar", 6, "Zm9vYmFy", "Zm9vYmFy", "666f6f626172" },
	{ "\0\0", 2, "AAA=", "AAA", "0000" },
	{ "\xFB\xFF\xFE", 3, "+//+", "-__-", "fbfffe" },
};

static const struct {
	const char *text, *bytes; /* NULL: malformed */
} decoded[] = {
	{ " Zm 9v\r\nYm\tFy\n", "foobar" },
	{ "Zg", "f" },
	{ "Zg=", "f" },
	{ "Zg==  \n", "f" },
	{ "", "" },
	{ "  ", "" },
	{ "====", "" },
	{ "Z", NULL },
	{ "Zm9vY", NULL },
	{ "Zg==Zg==", NULL },
	{ "Zm9v!", NULL },
	{ "Zm9\xC3\xA9", NULL },
	{ "Zm9.v", NULL },
};

static const struct {
	const char *text, *digest;
} digests[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
};

static void test_vectors(void *t)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		size_t size = 99;
		is(encode_base64(t, vectors[i].bytes, vectors[i].size), vectors[i].base64, "base64");
		is(encode_base64url(t, vectors[i].bytes, vectors[i].size), vectors[i].base64url, "base64url");
		is(encode_hex(t, vectors[i].bytes, vectors[i].size), vectors[i].hex, "hex");
		unsigned char *back = decode_base64(t, vectors[i].base64, &size);
		ok(back && size == vectors[i].size && memcmp(back, vectors[i].bytes, size) == 0 && back[size] == '\0', "and back");
		back = decode_base64(t, vectors[i].base64url, &size);
		ok(back && size == vectors[i].size && memcmp(back, vectors[i].bytes, size) == 0, "in both alphabets");
	}
}

static void test_every_byte(void *t)
{
	unsigned char all[256];
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	int right = 0;
	for (size_t n = 0; n <= sizeof all; n++) {
		size_t size;
		unsigned char *back = decode_base64(t, encode_base64(t, all, n), &size);
		right += back && size == n && memcmp(all, back, n) == 0;
	}
	is_int(right, 257, "all bytes, at all lengths");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_vectors(t);
	test_every_byte(t);
	for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++) {
		size_t size = 0;
		unsigned char *bytes = decode_base64(t, decoded[i].text, &size);
		is((char *)bytes, decoded[i].bytes, mem_printf(t, "decode, case %zu", i));
		ok(!bytes || size == strlen((char *)bytes), "and its size");
	}
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
		is(encode_sha256_hex(t, digests[i].text, strlen(digests[i].text)), digests[i].digest, "SHA-256");
	talloc_free(t);
	return tap_done();
}
