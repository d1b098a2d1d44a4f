#pragma once
/*
 * cavage - draft-cavage-http-signatures-12, the scheme that every server accepts.
 *
 * Called through signature.h only.
 */
#include "gateway/base/text/error.h"
#include "gateway/fediverse/signature/signature_message.h"

/* Fills s from the value of a Signature header; ERROR_INVALID when it is malformed. */
bool cavage_read(struct signature *s, const char *value, struct error *err);
/* The signing string (section 2.3); NULL when a covered header is absent from m. */
char *cavage_base(void *owner, const struct signature *s, const struct signature_message *m, bool with_query);
/* The value of a Signature header that covers (request-target), host, date and, with a body, digest. */
char *cavage_sign(void *owner, const struct signature_signer *signer, const struct signature_message *m);
