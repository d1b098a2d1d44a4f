#pragma once
/*
 * rfc9421 - HTTP Message Signatures (RFC 9421), as far as the fediverse uses them.
 *
 * Supports the derived components of requests, and fields.  Component
 * parameters (;sf, ;key, ;req, …) are not supported: a signature with them is
 * skipped.  Called through signature.h only.
 */
#include "gateway/base/text/error.h"
#include "gateway/fediverse/signature/signature_message.h"

/* Fills s from Signature-Input and Signature with the first signature that has a keyid and is supported. */
bool rfc9421_read(struct signature *s, const char *input, const char *value, struct error *err);
/* The signature base (section 2.5); NULL when a covered field is absent from m. */
char *rfc9421_base(void *owner, const struct signature *s, const struct signature_message *m);
/* The value of a Signature header with the label sig1; *input is the value of Signature-Input.  Both belong to owner. */
char *rfc9421_sign(void *owner, const struct signature_signer *signer, const struct signature_message *m, int64_t now, char **input);
