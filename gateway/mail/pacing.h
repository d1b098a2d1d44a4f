#pragma once
/*
 * pacing - the pace of letters to each receiver, for all workers of this machine together.
 *
 * Receivers count by the address that letters come from, which is the
 * machine's; so what they allow is kept in memory that its workers share.
 * Which letter goes to which receiver is the caller's to know.
 */
#include <stdbool.h>
#include <stdint.h>

struct pacing_table;
struct pacing;

/* To be made before the workers start.  Never NULL. */
struct pacing_table *pacing_table_new(void);
/* One worker's hold on it; what a worker of this number had under way before, it has no more.  table NULL: one of its own.  most: letters at once
 * for one receiver. */
struct pacing *pacing_new(void *owner, struct pacing_table *table, int worker, int most);

/* May a letter for this receiver begin?  0: it has begun, and pacing_end tells how it ended.  Else in how many ms to ask again; -1: when another one
 * of its letters has ended. */
int64_t pacing_begin(struct pacing *p, const char *receiver);
enum pacing_end { PACING_TAKEN, PACING_THROTTLED, PACING_OTHER };
/* Returns whether the receiver is stopped by this: so its owner may be told once. */
bool pacing_end(struct pacing *p, const char *receiver, enum pacing_end end);
/* When a letter that cannot begin now should come back, in ms: each later than the last one, as fast as they may go, ten minutes at most. */
int64_t pacing_later(struct pacing *p, const char *receiver, int64_t wait);
