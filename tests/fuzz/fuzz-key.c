/* fuzz-key - any PEM is a key or is refused; a key that was read is written, read again and stays itself. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/key.h"
#include <openssl/err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct error err;
	char *pem = mem_ndup(t, (const char *)data, size);
	struct key *public = key_from_public_pem(t, pem, &err);
	if (public) {
		char *text = key_public_pem(t, public);
		struct key *again = key_from_public_pem(t, text, &err);
		if (!again || strcmp(key_public_pem(t, again), text) != 0 || !key_dkim_public(t, again))
			abort();
		key_verify(public, "x", 1, data, size);
	}
	struct key *private = key_from_private_pem(t, pem, &err);
	if (private && !key_from_private_pem(t, key_private_pem(t, private), &err))
		abort();
	if (ERR_peek_error())
		abort();
	talloc_free(t);
	return 0;
}
