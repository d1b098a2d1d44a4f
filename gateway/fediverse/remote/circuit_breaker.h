#pragma once
/*
 * slump - hosts that did not answer a moment ago.
 *
 * Many followers on one dead server would each hold a connection until its
 * timeout.  Kept in memory only: the ledger knows when to try again.
 */
#include <stdbool.h>

struct slump;

struct slump *slump_new(void *owner);
/* host did not answer: it counts as down for a minute. */
void slump_add(struct slump *s, const char *host);
bool slump_is_down(const struct slump *s, const char *host);
