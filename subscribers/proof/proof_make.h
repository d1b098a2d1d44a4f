#pragma once
/*
 * proof_make - what proofs are made of.
 *
 * For the files of this room.
 */
#include "subscribers/proof/proof.h"

/* Inside a transaction: may a letter with a proof be written to this mailbox (mailbox_untagged)?  Over the limit none is. */
bool proof_may_write(struct db *db, const char *mailbox, bool *may, struct error *err);
/* Inside a transaction: a proof, and the letter that carries it. */
bool proof_make(struct db *db, const struct address *address, enum proof_purpose purpose, const struct proof_request *request, struct error *err);
/* A stateless token for an address, and the address of one; ERROR_NOT_FOUND for a bad token. */
char *proof_sign(void *owner, const struct publication *p, const char *purpose, int64_t address);
bool proof_signed(struct db *db, const struct publication *p, const char *purpose, const char *token, int64_t *address, struct error *err);
