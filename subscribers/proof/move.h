#pragma once
/*
 * move - a reader's letters go to another address of theirs from now on.
 *
 * The new address confirms by a link like any other; then it has the rhythm
 * and the topics of the old one, which ends.  Tags and sessions are the
 * subscriber's, who stays the same.  The old address is told when it is
 * asked for, and can refuse it: before, and for a week after.  What the old one
 * is told, and what the page says, is the same whether or not the new one is known
 * here: one that is known already, or suppressed, gets no letter.
 */
#include "subscribers/proof/proof.h"

/* Inside a transaction: what was asked for on the page of preferences of the address `from`. */
bool move_ask(struct db *db, const struct publication *p, int64_t from, const struct proof_request *request, struct error *err);
/* The old address refuses: the new one goes, or ends, and letters come to the old one as before.  *refused is false when there was nothing to refuse. */
bool move_refuse(struct db *db, int64_t old, const struct consent *how, bool *refused, struct error *err);

/* For the letter to the old address. */
char *move_refuse_token(void *owner, const struct publication *p, int64_t old);
bool move_refuse_address(struct db *db, const struct publication *p, const char *token, int64_t *old, struct error *err);
