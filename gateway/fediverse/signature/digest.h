#pragma once
/*
 * digest - the headers with a hash of the body: Digest (RFC 3230) and Content-Digest (RFC 9530).
 *
 * Only SHA-256 is used.  Other algorithms in the same header are ignored; a
 * SHA-256 that does not match the body makes the header invalid.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

char *digest_make(void *owner, const void *body, size_t size);         /* "SHA-256=..." */
char *digest_make_content(void *owner, const void *body, size_t size); /* "sha-256=:...:" */
/* ERROR_INVALID with the reason when the header is missing (NULL), malformed, or does not match the body. */
bool digest_check(const char *header, const void *body, size_t size, struct error *err);
bool digest_check_content(const char *header, const void *body, size_t size, struct error *err);
