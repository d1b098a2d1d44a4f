#pragma once
/*
 * dkim_key_record - what a domain publishes at SELECTOR._domainkey.DOMAIN (RFC 6376 section 3.6.1, RFC 8463).
 *
 * Only reads the text; whether the key is ours is for the caller to say.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

struct dkim_key_record {
	bool ed25519;             /* k=; else rsa */
	const unsigned char *key; /* p=, decoded; NULL: the key is revoked */
	size_t size;
	int bits;                 /* of an RSA key, 0 when it is none that can be used; 256 for Ed25519 */
	bool testing;             /* t=y: receivers act as if nothing were signed */
	bool strict;              /* t=s: no subdomains in i= */
	bool sha256;              /* h= is absent or has it */
	bool email;               /* s= is absent, "*" or has it */
};

/* Belongs to owner.  ERROR_INVALID: no key record, and why. */
struct dkim_key_record *dkim_key_record_parse(void *owner, const char *text, struct error *err);
