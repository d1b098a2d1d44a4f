#include "gateway/base/text/encode.h"
#include "gateway/base/memory/mem.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *base64(void *owner, const unsigned char *d, size_t size, const char *alphabet, bool pad)
{
	char *out = mem_array(owner, char, (size + 2) / 3 * 4 + 1), *p = out;
	for (size_t i = 0; i < size; i += 3) {
		size_t n = size - i < 3 ? size - i : 3;
		uint32_t v = (uint32_t)d[i] << 16 | (n > 1 ? (uint32_t)d[i + 1] << 8 : 0) | (n > 2 ? d[i + 2] : 0);
		for (size_t k = 0; k < 4; k++)
			if (k <= n)
				*p++ = alphabet[v >> (18 - 6 * k) & 63];
			else if (pad)
				*p++ = '=';
	}
	return out;
}

char *encode_base64(void *owner, const void *data, size_t size)
{
	return base64(owner, data, size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

char *encode_base64url(void *owner, const void *data, size_t size)
{
	return base64(owner, data, size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

char *encode_hex(void *owner, const void *data, size_t size)
{
	const unsigned char *d = data;
	char *out = mem_array(owner, char, size * 2 + 1);
	for (size_t i = 0; i < size; i++) {
		out[2 * i] = "0123456789abcdef"[d[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[d[i] & 15];
	}
	return out;
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

unsigned char *decode_base64(void *owner, const char *s, size_t *size)
{
	unsigned char *out = mem_array(owner, unsigned char, strlen(s) / 4 * 3 + 4);
	uint32_t v = 0;
	size_t bits = 0, used = 0;
	for (; *s && *s != '='; s++) {
		if (strchr(" \t\r\n", *s))
			continue;
		int d = value_of(*s);
		if (d < 0) {
			talloc_free(out);
			return NULL;
		}
		v = v << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[used++] = (unsigned char)(v >> bits);
		}
	}
	if (bits == 6 || s[strspn(s, "= \t\r\n")]) {
		talloc_free(out);
		return NULL;
	}
	out[used] = '\0';
	*size = used;
	return out;
}

void encode_sha256(const void *data, size_t size, unsigned char out[ENCODE_SHA256])
{
	if (EVP_Digest(data, size, out, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

char *encode_sha256_hex(void *owner, const void *data, size_t size)
{
	unsigned char sum[ENCODE_SHA256];
	encode_sha256(data, size, sum);
	return encode_hex(owner, sum, sizeof sum);
}
