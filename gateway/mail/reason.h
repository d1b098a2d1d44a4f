#pragma once
/*
 * reason - what the verdict of a mail server says, and of whom.
 *
 * Reads the enhanced status code (RFC 3463) and, where codes are vague, the
 * words.  Knows nothing of lists: the ledger decides what a reason means for
 * an address.
 */
#include "smtp/client/client.h"
#include "subscribers/ledger/ledger.h"

/*
 * Why a message was not delivered; DELIVERY_NO_REASON when it was.  DELIVERY_DEAD, which ends an address, is said only of
 * a refusal of the recipient for good that names nothing else: a relay that does not know us, or a blocklist, may speak
 * with the same codes.
 */
enum delivery_reason reason_of_outcome(const struct smtp_outcome *outcome);
