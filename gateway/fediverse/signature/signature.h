#pragma once
/*
 * signature - HTTP signatures, as the fediverse uses them.
 *
 * Two schemes share the Signature header: draft-cavage-http-signatures-12,
 * which every server accepts, and RFC 9421, which newer servers send.  We
 * verify both.  Reading, checking and verifying are separate steps, because
 * the key may have to be fetched in between.  Knows nothing of actors:
 * remote_actor.h says where a key comes from and whose it is.
 */
#include "gateway/base/text/error.h"
#include "gateway/fediverse/signature/signature_message.h"

/* Reads the signature headers of m without verifying them; belongs to owner.  NULL with ERROR_INVALID: absent or malformed. */
struct signature *signature_read(void *owner, const struct signature_message *m, struct error *err);
/*
 * Checks everything that needs no key: the signature covers method, target, host, a time and (with a body or a POST)
 * a digest; the digest matches the body; the request is for m->origin; its time is between 12 hours before and 1 hour
 * after now.  ERROR_INVALID with the reason.
 */
bool signature_check(const struct signature *s, const struct signature_message *m, int64_t now, struct error *err);
/* When m was signed, by the sender's clock; of a signature that signature_check has passed. */
int64_t signature_time(const struct signature *s, const struct signature_message *m);
/* Did the holder of key sign m?  With draft-cavage also tried without the query, because some servers leave it out. */
bool signature_verify(const struct signature *s, const struct signature_message *m, const struct key *key);

/* The header with a digest of the body that a signature of this scheme covers: Digest or Content-Digest. */
struct http_header signature_digest(void *owner, enum signature_scheme scheme, const void *body, size_t size);
/*
 * The headers to send with request (a POST when it has a body, else a GET): its own (may be NULL), Date, signature_digest
 * for a body unless it is among them, Signature-Input (RFC 9421) and Signature.  The HTTP client adds Host, as url_authority(url),
 * which is what we sign.  The array ends with a name of NULL and belongs to owner.
 */
struct http_header *signature_sign(void *owner, const struct signature_signer *signer, const struct http_request *request,
                                   int64_t now, struct error *err);
