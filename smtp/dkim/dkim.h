#pragma once
/*
 * dkim - signs messages: RFC 6376 with rsa-sha256, RFC 8463 with ed25519-sha256.
 *
 * relaxed/relaxed, the whole body, and more names in h= than there are
 * headers, so that none can be added later.  Both List-Unsubscribe headers
 * are signed, as RFC 8058 requires.
 */
#include "gateway/base/secret/key.h"
#include <stdint.h>

struct dkim_signer {
	const char *domain;   /* d= */
	const char *selector; /* s= */
	const struct key *key;
};

/*
 * message (CRLF line ends) with one DKIM-Signature header prepended for each signer; *size is updated.
 * when is the time of signing (t=), in ms.  Belongs to owner.
 */
char *dkim_sign(void *owner, const char *message, size_t *size, const struct dkim_signer *signers, size_t count, int64_t when);
