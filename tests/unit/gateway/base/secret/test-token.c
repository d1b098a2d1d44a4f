#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/text/encode.h"
#include "tap.h"
#include <ctype.h>

static void test_random(void *t)
{
	char *a = token_random(t, 16), *b = token_random(t, 16);
	is_int((long long)strlen(a), 22, "16 bytes are 22 characters");
	ok(strcmp(a, b) != 0, "no two are the same");
	ok(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(a), "and fit a URL as they are");
	is(token_hash(t, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "only the hash is stored");
}

static void test_signed(void *t)
{
	char *token = token_sign(t, "secret", "unsubscribe", "42_a-B");
	/* printf 'unsubscribe\n42_a-B' | openssl dgst -sha256 -hmac secret -binary | head -c 16 | basenc --base64url */
	is(token, "42_a-B.E05F-UuCQWqTFgSsWjTFuA", "payload and MAC");
	is(token_verify(t, "secret", "unsubscribe", token), "42_a-B", "the payload comes back");
	ok(!token_verify(t, "other", "unsubscribe", token), "not for another secret");
	ok(!token_verify(t, "secret", "confirm", token), "nor for another purpose");
	int taken = 0;
	for (size_t i = 0; i < strlen(token); i++)
		for (int bit = 0; bit < 7; bit++) {
			char *wrong = mem_dup(t, token);
			wrong[i] ^= (char)(1 << bit);
			taken += wrong[i] && token_verify(t, "secret", "unsubscribe", wrong) != NULL;
		}
	is_int(taken, 0, "no single bit can be changed");
	static const char *const wrong[] = { "", ".", "42_a-B", "42_a-B.", ".E05F-UuCQWqTFgSsWjTFuA", "42_a-B.E05F-UuCQWqTFgSsWjTFu",
	                                     "42_a-B.E05F-UuCQWqTFgSsWjTFuA=", "42_a-B.E05F-UuCQWqTFgSsWjTFuA.x" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!token_verify(t, "secret", "unsubscribe", wrong[i]), mem_printf(t, "malformed, case %zu", i));
}

static void test_code(void *t)
{
	char *code = token_code(t, "secret", "sign-in", "7-1"), *mac;
	int digits = 0;
	for (char *p = code; *p; p++)
		digits += isdigit((unsigned char)*p) != 0;
	ok(digits == 6 && strlen(code) == 6, "six digits");
	is(token_code(t, "secret", "sign-in", "7-1"), code, "the same for the same");
	ok(strcmp(code, token_code(t, "secret", "sign-in", "7-2")) != 0, "others for another payload");
	ok(strcmp(code, token_code(t, "secret2", "sign-in", "7-1")) != 0, "others for another secret");
	mac = strchr(token_sign(t, "secret", "sign-in", "7-1"), '.') + 1;
	size_t size;
	unsigned char *bytes = decode_base64(t, mac, &size);
	uint32_t n = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	ok(strcmp(code, mem_printf(t, "%06u", (unsigned)(n % 1000000))) != 0, "a signed token does not tell the code");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_random(t);
	test_signed(t);
	test_code(t);
	ok(token_equal("abc", "abc") && token_equal("", ""), "equal");
	ok(!token_equal("abc", "abd") && !token_equal("abc", "ab") && !token_equal("", "a"), "not equal");
	talloc_free(t);
	return tap_done();
}
