#pragma once
/*
 * outcome - the outcome of a delivery by the answer to its POST.
 */
#include "gateway/base/http/http.h"
#include "subscribers/ledger/ledger.h"

/* An inbox is dead after so many 404 or 410 answers, because servers are moved and repaired. */
#define OUTCOME_DEAD_TRIES 3

/* Fills state, reason, words and retry_after for a row with this number of earlier tries; words belong to owner. */
void outcome_read(void *owner, const struct http_response *response, int tries, struct delivery_outcome *outcome);
/* Does this answer say that the inbox may have moved: 404, 410 or a redirect? */
bool outcome_is_moved(const struct http_response *response);
