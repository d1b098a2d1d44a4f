#pragma once
/*
 * probe - one more letter before an address is given up.
 *
 * Reports may be late, or of a time that is over; so what ends an address is never the number of those, but that a letter which was
 * sent because of them comes back, too.  Its return path tells it from all others.
 */
#include "gateway/base/db/db.h"

/* Inside a transaction: sends it; since is when letters began to come back. */
bool probe_send(struct db *db, int64_t address, int64_t since, struct error *err);
/* Is the delivery the last probe of the address?  Then *since is as above; else 0. */
bool probe_since(struct db *db, int64_t address, int64_t delivery, int64_t *since, struct error *err);
