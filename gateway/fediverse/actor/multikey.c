#include "gateway/fediverse/actor/multikey.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

char *multikey_base58(void *owner, const unsigned char *data, size_t size)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	size_t zeros = 0, used = 0, room = size * 138 / 100 + 1; /* log 256 / log 58 is 1.366 */
	unsigned char *digits = mem_array(NULL, unsigned char, room);
	while (zeros < size && data[zeros] == 0)
		zeros++;
	for (size_t i = zeros; i < size; i++) {
		unsigned carry = data[i];
		for (size_t k = 0; k < used || carry; k++) {
			carry += k < used ? digits[k] * 256u : 0;
			digits[k] = (unsigned char)(carry % 58);
			carry /= 58;
			if (k >= used)
				used = k + 1;
		}
	}
	char *text = mem_array(owner, char, zeros + used + 1);
	memset(text, alphabet[0], zeros);
	for (size_t k = 0; k < used; k++)
		text[zeros + k] = alphabet[digits[used - 1 - k]];
	talloc_free(digits);
	return text;
}

char *multikey_text(void *owner, const struct key *key)
{
	unsigned char bytes[34] = { 0xed, 0x01 }; /* multicodec: Ed25519 public key */
	if (!key_raw_public(key, bytes + 2))
		return NULL;
	char *digits = multikey_base58(NULL, bytes, sizeof bytes), *text = mem_printf(owner, "z%s", digits);
	talloc_free(digits);
	return text;
}
