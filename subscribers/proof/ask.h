#pragma once
/*
 * ask - what is typed at "Subscribe" and "Sign in", and is answered by a letter or by none.
 *
 * Whether an address is known must show neither in the words nor in the time of the answer.  So whoever is asked only writes down
 * what was typed, the same row for everybody; the role plan looks who that is, and has the letter written (proof.h).
 */
#include "gateway/archive/store/quarantine.h"
#include "subscribers/proof/proof.h"

/* Writes down a request for a proof: PROOF_CONFIRM for "Subscribe", PROOF_SIGN_IN, PROOF_MOVE.  ERROR_INVALID: no mail address; the text is for the page. */
bool ask_put(struct db *db, const struct publication *p, enum proof_purpose purpose, const struct proof_request *request, struct error *err);
/* Inside a transaction: answers the oldest request; *id and *publication are its own, even after an error, and 0 when there is none. */
bool ask_answer(struct db *db, int64_t *id, int64_t *publication, struct error *err);
/* Requests that cannot be answered, as quarantine.h takes them. */
extern const struct quarantine_kind ask_queue;
