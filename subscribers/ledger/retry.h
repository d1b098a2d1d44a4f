#pragma once
/*
 * retry - when a delivery that was put off is tried again, and when it is given up.
 *
 * After 1, 5 and 15 minutes, 1, 3 and 6 hours, then every 6 hours, each up to a quarter later so that rows of one failure come back apart.
 * The first try begins the count: what waited for its turn before, however long, has had no try.  Knows no clock: the caller says how late it is.
 */
#include <stdbool.h>
#include <stdint.h>

struct retry {
	int64_t first;     /* when it was tried first; 0: just now */
	int64_t patience;  /* ms from then until it is given up */
	int tries;         /* this one included */
	int64_t spread;    /* any number that tells rows apart, such as its id */
	int64_t after;     /* at least so many ms later, because the peer asked for that; or 0 */
};

/* False: it is given up.  The last try is at the very end of its patience, unless the peer wants to wait longer. */
bool retry_next(const struct retry *r, int64_t now, int64_t *next);
