#include "feeds/websub/websub_signature.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <strings.h>

static const EVP_MD *method_of(const char *name, size_t size)
{
	static const struct {
		const char *name;
		const EVP_MD *(*md)(void);
	} methods[] = { { "sha1", EVP_sha1 }, { "sha256", EVP_sha256 }, { "sha384", EVP_sha384 }, { "sha512", EVP_sha512 } };
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strlen(methods[i].name) == size && strncasecmp(methods[i].name, name, size) == 0)
			return methods[i].md();
	return NULL;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Exactly size bytes of hex, and nothing behind them. */
static bool from_hex(const char *hex, unsigned char *out, size_t size)
{
	if (strlen(hex) != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

bool websub_signature_fits(const char *header, const char *secret, const void *body, size_t size)
{
	unsigned char claimed[EVP_MAX_MD_SIZE], ours[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	size_t name = header ? strcspn(header, "=") : 0;
	const EVP_MD *md = name && header[name] ? method_of(header, name) : NULL;
	if (!md || !from_hex(header + name + 1, claimed, (size_t)EVP_MD_get_size(md)))
		return false;
	return HMAC(md, secret, (int)strlen(secret), body, size, ours, &length) && CRYPTO_memcmp(ours, claimed, length) == 0;
}
