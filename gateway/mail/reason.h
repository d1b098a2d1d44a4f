#pragma once
/*
 * reason - classifies the reply of a mail server: why a message was not delivered.
 *
 * Reads the enhanced status code (RFC 3463) and, where codes are vague, the
 * text of the reply.  Knows nothing of lists: the ledger decides what a reason means for
 * an address.
 */
#include "smtp/client/client.h"
#include "subscribers/ledger/ledger.h"

/*
 * Why a message was not delivered; DELIVERY_NO_REASON when it was.  DELIVERY_DEAD, which ends an address, is returned
 * only for a permanent refusal of the recipient whose text blames nothing else: a relay that does not accept us, or a
 * blocklist, may use the same codes.
 */
enum delivery_reason reason_of_outcome(const struct smtp_outcome *outcome);
