#pragma once
/*
 * websub_signature - checks X-Hub-Signature: was this body sent by the hub that knows our secret?
 *
 * W3C WebSub section 8: "METHOD=HEX", an HMAC of the body, with sha1,
 * sha256, sha384 or sha512.
 */
#include <stdbool.h>
#include <stddef.h>

/* header may be NULL: no signature.  Compares in constant time. */
bool websub_signature_fits(const char *header, const char *secret, const void *body, size_t size);
