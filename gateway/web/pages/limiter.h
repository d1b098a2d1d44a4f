#pragma once
/*
 * limiter - how often one network address may ask us to write letters.
 *
 * In memory that all workers of the role web share: a stranger has one burst,
 * whichever of them answers.  What it forgets on a restart costs nothing, and
 * the limits per recipient are kept in the database (subscribers/proof/proof.h).
 */
#include <stdint.h>

struct limiter;

/* Each address may take `burst` at once and one more every per_ms after that.  Shared with processes that are forked later; lives as long as
 * they. */
struct limiter *limiter_new(int burst, int64_t per_ms);
/* Takes one: 0 when it may go on, else how many ms it must wait.  IPv6 counts by /64; "" is never limited. */
int64_t limiter_take(struct limiter *l, const char *remote);
