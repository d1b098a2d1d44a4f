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
struct composition;

/* Letters are signed by so many threads besides the caller's. */
struct composer *composer_new(void *owner, struct db *db, const struct config *config, int threads, struct error *err);
/*
 * Composes the message for d, and begins to sign it; belongs to owner, who frees it before the composer.  The same row always gives the
 * same Message-ID.  ERROR_NOT_FOUND: there is nothing to send any longer (the entry was withdrawn, the proof has expired).
 */
struct composition *compose_begin(void *owner, struct composer *c, const struct delivery *d, struct error *err);
/* The bytes of the message, without signatures. */
size_t composition_size(const struct composition *composition);
/* Is it so old that what it says may have been withdrawn? */
bool composition_is_stale(const struct composition *composition);
/* Waits for the signatures.  The message belongs to composition; its tag is the caller's to set. */
struct outgoing *compose_finish(struct composition *composition);
