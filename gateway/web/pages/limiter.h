#pragma once
/*
 * limiter - how often one network address may ask us to write letters.
 *
 * In the web role's memory: what it forgets on a restart costs nothing, and
 * the limits per recipient are kept in the database (subscribers/proof/proof.h).
 */
#include <stdint.h>

struct limiter;

/* Each address may take `burst` at once and one more every per_ms after that. */
struct limiter *limiter_new(void *owner, int burst, int64_t per_ms);
/* Takes one: 0 when it may go on, else how many ms it must wait.  IPv6 counts by /64; "" is never limited. */
int64_t limiter_take(struct limiter *l, const char *remote);
