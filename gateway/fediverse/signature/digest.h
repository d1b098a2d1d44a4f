#pragma once
/*
 * digest - the two headers that say what a body is: Digest (RFC 3230) and Content-Digest (RFC 9530).
 *
 * Only SHA-256 counts.  Other algorithms beside it are passed over; a
 * SHA-256 that does not fit the body is wrong whatever stands beside it.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

char *digest_make(void *owner, const void *body, size_t size);         /* "SHA-256=..." */
char *digest_make_content(void *owner, const void *body, size_t size); /* "sha-256=:...:" */
/* ERROR_INVALID with the reason for a header that is missing (NULL), malformed, or of another body. */
bool digest_check(const char *header, const void *body, size_t size, struct error *err);
bool digest_check_content(const char *header, const void *body, size_t size, struct error *err);
