#pragma once
/*
 * quiet - the hours in which a publication sends no letters, by the clocks of its zone.
 */
#include "gateway/base/db/db.h"

struct quiet;

/* hours as daytime.h has them. */
struct quiet *quiet_new(void *owner, struct db *db, const char *hours);
/* How long they last from now on, ms; 0: they are not now, or it cannot be known. */
int64_t quiet_left(struct quiet *q, int64_t publication);
