#pragma once
/*
 * signature - HTTP signatures, as the fediverse uses them.
 *
 * Two schemes share the Signature header: draft-cavage-http-signatures-12,
 * which every server takes, and RFC 9421, which newer ones send.  We verify
 * both and send the older one first.  Reading, checking and verifying are
 * apart, because the key has to be fetched between them.  Knows nothing of
 * actors: where a key comes from and whose it is, remote.h says.
 */
#include "gateway/base/text/error.h"
#include "gateway/fediverse/signature/signature_message.h"

/* What the headers of m say, unverified; belongs to owner.  NULL with ERROR_INVALID: none there, or malformed. */
struct signature *signature_read(void *owner, const struct signature_message *m, struct error *err);
/*
 * Everything that needs no key: that the signature covers method, target, host, a time and (with a body or a POST)
 * a digest; that the digest fits the body; that the request was meant for m->origin; that its time is from 12 hours
 * before to 1 hour after now.  ERROR_INVALID with the reason.
 */
bool signature_check(const struct signature *s, const struct signature_message *m, int64_t now, struct error *err);
/* Did the holder of key sign m?  With and without the query, as some servers leave it out (draft-cavage only). */
bool signature_verify(const struct signature *s, const struct signature_message *m, const struct key *key);

/*
 * The headers to send with a request of method (GET or POST) for url: those given (may be NULL), then Date, Digest or
 * Content-Digest for a body, Signature.  Host is left to the HTTP client, which writes url_authority(url) as we sign.
 * Ends with a name of NULL; belongs to owner.
 */
struct http_header *signature_sign(void *owner, const struct signature_signer *signer, const struct http_request *request,
                                   int64_t now, struct error *err);
