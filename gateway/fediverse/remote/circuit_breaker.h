#pragma once
/*
 * circuit_breaker - hosts to which no request is sent for a minute, because one just failed.
 *
 * Without it, each follower on a dead server would hold a connection until the
 * timeout.  In memory that the workers of the role share, and nowhere else: the
 * ledger and the inbox say when to retry.
 */
#include <stdbool.h>

struct circuit_breaker;

/* Shared with processes that are forked later; lives as long as they. */
struct circuit_breaker *circuit_breaker_new(void);
/* host did not answer: opens its circuit for a minute. */
void circuit_breaker_trip(struct circuit_breaker *b, const char *host);
/* Must requests to host wait? */
bool circuit_breaker_is_open(const struct circuit_breaker *b, const char *host);
