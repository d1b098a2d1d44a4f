#pragma once
/*
 * token - secrets that travel in links.
 *
 * Two kinds: random ones, of which we store only the hash; and stateless
 * ones, a readable payload with an HMAC, for links in mail that must work
 * for years.  A purpose is part of what is signed, so a token is not valid for
 * another purpose.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* size random bytes (16 or more) as base64url. */
char *token_random(void *owner, size_t size);
/* What to store of a random token: SHA-256 in hex. */
char *token_hash(void *owner, const char *token);
/* "PAYLOAD.MAC" with an HMAC-SHA-256 cut to 128 bits; payload must be [A-Za-z0-9_-]+. */
char *token_sign(void *owner, const char *secret, const char *purpose, const char *payload);
/* The payload of a token that secret signed for purpose; NULL for any other. */
char *token_verify(void *owner, const char *secret, const char *purpose, const char *token);
/* Six digits that only the holder of secret can derive from purpose and payload. */
char *token_code(void *owner, const char *secret, const char *purpose, const char *payload);
/* Compares in constant time. */
bool token_equal(const char *a, const char *b);
