#pragma once
/*
 * limiter - how often one network address may ask for what costs us something: a letter, a request to another server.
 *
 * In memory that processes share which are forked after it was made: a stranger
 * has one burst, whichever worker answers.  What it forgets on a restart costs
 * nothing; what must last is limited in the database (subscribers/proof/proof.h).
 */
#include <stdint.h>

struct limiter;

/* Each address may take `burst` at once and one more every per_ms after that.  Shared with processes that are forked later; lives as long as
 * they. */
struct limiter *limiter_new(int burst, int64_t per_ms);
/* Takes one: 0 when it may go on, else how many ms it must wait.  IPv6 counts by /64; "" is never limited. */
int64_t limiter_take(struct limiter *l, const char *remote);
