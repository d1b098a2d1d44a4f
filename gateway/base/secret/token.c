#include "gateway/base/secret/token.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

char *token_random(void *owner, size_t size)
{
	unsigned char bytes[64];
	if (size > sizeof bytes)
		size = sizeof bytes;
	if (RAND_bytes(bytes, (int)size) != 1)
		abort();
	return encode_base64url(owner, bytes, size);
}

char *token_hash(void *owner, const char *token) { return encode_sha256_hex(owner, token, strlen(token)); }

static void mac_of(const char *secret, const char *purpose, const char *payload, unsigned char out[ENCODE_SHA256])
{
	char *text = mem_printf(NULL, "%s\n%s", purpose, payload);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, strlen(text), out, NULL))
		abort();
	talloc_free(text);
}

char *token_sign(void *owner, const char *secret, const char *purpose, const char *payload)
{
	unsigned char mac[ENCODE_SHA256];
	mac_of(secret, purpose, payload, mac);
	char *code = encode_base64url(NULL, mac, 16);
	char *token = mem_printf(owner, "%s.%s", payload, code);
	talloc_free(code);
	return token;
}

char *token_verify(void *owner, const char *secret, const char *purpose, const char *token)
{
	const char *dot = strchr(token, '.');
	if (!dot)
		return NULL;
	char *payload = mem_ndup(owner, token, (size_t)(dot - token));
	char *right = token_sign(payload, secret, purpose, payload);
	if (!token_equal(right, token)) {
		talloc_free(payload);
		return NULL;
	}
	talloc_free(right);
	return payload;
}

char *token_code(void *owner, const char *secret, const char *purpose, const char *payload)
{
	unsigned char mac[ENCODE_SHA256];
	/* The purpose is changed, because the MAC of a token_sign with the same purpose would reveal the code. */
	char *code = mem_printf(NULL, "code\n%s", purpose);
	mac_of(secret, code, payload, mac);
	talloc_free(code);
	uint32_t n = (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3];
	return mem_printf(owner, "%06u", (unsigned)(n % 1000000));
}

bool token_equal(const char *a, const char *b)
{
	size_t n = strlen(a);
	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}
