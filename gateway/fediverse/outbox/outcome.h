#pragma once
/*
 * outcome - what the answer to a delivery means for its rows in the ledger.
 */
#include "gateway/base/http/http.h"
#include "subscribers/ledger/ledger.h"

/* How often an inbox must be missing before it counts as dead: servers are moved and repaired. */
#define OUTCOME_DEAD_TRIES 3

/* Fills state, reason, words and retry_after for a row that was tried so often before; words belong to owner. */
void outcome_read(void *owner, const struct http_response *response, int tries, struct delivery_outcome *outcome);
/* Does this answer say that the inbox is not where we thought? */
bool outcome_is_lost(const struct http_response *response);
