#pragma once
/*
 * key - RSA and Ed25519 key pairs: making, storing as PEM, signing, verifying (OpenSSL).
 *
 * Used for DKIM (RFC 6376, RFC 8463) and for HTTP signatures.  RSA is always
 * RSASSA-PKCS1-v1_5 with SHA-256 (others may sign with SHA-512).  A PEM that is no key is ERROR_INVALID;
 * one behind a password is no key.  OpenSSL's error queue stays as it was.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum key_type { KEY_RSA, KEY_ED25519 };
struct key;

/* A new pair: RSA of 2048 bits, or Ed25519. */
struct key *key_generate(void *owner, enum key_type type);
/* PKCS #8 (or traditional RSA) private PEM; RSA of 1024 to 8192 bits. */
struct key *key_from_private_pem(void *owner, const char *pem, struct error *err);
/* SubjectPublicKeyInfo ("BEGIN PUBLIC KEY") or PKCS #1 ("BEGIN RSA PUBLIC KEY"); RSA of 1024 to 8192 bits. */
struct key *key_from_public_pem(void *owner, const char *pem, struct error *err);
enum key_type key_type(const struct key *key);
char *key_private_pem(void *owner, const struct key *key);
char *key_public_pem(void *owner, const struct key *key);
/* What DKIM's p= holds, in base64: SubjectPublicKeyInfo for RSA, the bare 32 bytes for Ed25519. */
char *key_dkim_public(void *owner, const struct key *key);
/* The 32 bytes of an Ed25519 public key; false for RSA. */
bool key_raw_public(const struct key *key, unsigned char out[32]);
/* The signature over data by a private key; *size its length.  Aborts for a public key, and when memory is exhausted.
 * Several threads may sign with one key at once. */
unsigned char *key_sign(void *owner, const struct key *key, const void *data, size_t data_size, size_t *size);
bool key_verify(const struct key *key, const void *data, size_t data_size, const unsigned char *signature, size_t size);
/* The same for an RSA signature with SHA-512; false for Ed25519. */
bool key_verify_sha512(const struct key *key, const void *data, size_t data_size, const unsigned char *signature, size_t size);

/*
 * Public keys as they were parsed, by their PEM, at most 512 of them.  Setting up OpenSSL's decoder for one PEM takes ten times as long as
 * verifying a signature, so who verifies many keeps a cache: it sets the decoder up once.
 */
struct key_cache;

struct key_cache *key_cache_new(void *owner);
/* key_from_public_pem, but the key belongs to the cache and is valid until the next call. */
const struct key *key_cache_public(struct key_cache *cache, const char *pem, struct error *err);
