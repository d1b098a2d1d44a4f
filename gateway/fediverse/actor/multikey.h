#pragma once
/*
 * multikey - an Ed25519 public key as W3C Multikey text, for FEP-521a.
 */
#include "gateway/base/secret/key.h"

/* "z6Mk...": base58btc of the multicodec prefix and the 32 bytes.  NULL for an RSA key. */
char *multikey_text(void *owner, const struct key *key);
/* base58btc, without the multibase prefix. */
char *multikey_base58(void *owner, const unsigned char *data, size_t size);
