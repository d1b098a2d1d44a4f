#pragma once
/*
 * encode - bytes as text: base64, base64url, hex; and SHA-256.
 *
 * Encoders return strings that belong to owner.  Decoders return NULL for
 * what is malformed; a decoded result is NUL-terminated beyond *size.
 */
#include <stddef.h>
#include <stdint.h>

char *encode_base64(void *owner, const void *data, size_t size);    /* RFC 4648 section 4, padded, one line */
char *encode_base64url(void *owner, const void *data, size_t size); /* section 5, no padding */
char *encode_hex(void *owner, const void *data, size_t size);       /* small letters */
/* White space between is ignored; padding may be missing; both alphabets are taken. */
unsigned char *decode_base64(void *owner, const char *s, size_t *size);

#define ENCODE_SHA256 32
void encode_sha256(const void *data, size_t size, unsigned char out[ENCODE_SHA256]);
/* The digest in hex. */
char *encode_sha256_hex(void *owner, const void *data, size_t size);
