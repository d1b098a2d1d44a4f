#pragma once
/*
 * breaker - hosts that did not answer a moment ago.
 *
 * Many followers on one dead server would each hold a connection until its
 * timeout.  Kept in memory only: the ledger knows when to try again.
 */
#include <stdbool.h>

struct circuit_breaker;

struct circuit_breaker *circuit_breaker_new(void *owner);
/* host did not answer: it counts as down for a minute. */
void circuit_breaker_trip(struct circuit_breaker *s, const char *host);
bool circuit_breaker_is_open(const struct circuit_breaker *s, const char *host);
