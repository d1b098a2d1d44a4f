#pragma once
/*
 * compose - from a row of the ledger to a signed message.
 *
 * A letter is rendered once per issue and cached for the following rows;
 * addresses, links, Message-ID and signatures are made for each row.
 */
#include "gateway/base/config/config.h"
#include "gateway/mail/transport.h"
#include "subscribers/ledger/ledger.h"

struct composer;

struct composer *composer_new(void *owner, struct db *db, const struct config *config, struct error *err);
/*
 * The message for d, which belongs to owner.  The same row always gives the same Message-ID.  ERROR_NOT_FOUND: there is
 * nothing to send any longer (the entry was withdrawn, the proof has expired).
 */
bool compose(void *owner, struct composer *c, const struct delivery *d, struct outgoing *message, struct error *err);
