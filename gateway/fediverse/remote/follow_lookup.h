#pragma once
/*
 * follow_lookup - asks the servers of readers who want to follow us where they can do so.
 *
 * Part of the role federate.  The requests are few, short and unsigned, and
 * have a client of their own, so that a server that hangs keeps no connection
 * from a delivery.  The rows are those of gateway/archive/store/remote_follow.h.
 */
#include "gateway/base/role/role.h"

struct follow_lookups;

struct follow_lookups *follow_lookups_new(void *owner, const struct role *role, struct error *err);
/* Claims what waits, asks, waits up to timeout_ms for answers and records them.  *worked: there was something to do. */
bool follow_lookups_step(struct follow_lookups *l, int timeout_ms, bool *worked, struct error *err);
/* Are servers being asked? */
bool follow_lookups_busy(const struct follow_lookups *l);
