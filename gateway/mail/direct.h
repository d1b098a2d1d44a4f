#pragma once
/*
 * direct - letters to the servers of their receivers, without a relay in between.
 *
 * A pool of connections for each set of servers, which many domains may have
 * in common; those that nobody needs are given up.  Which servers a domain
 * has is the caller's to know (finder.h).
 */
#include "smtp/client/client.h"
#include "smtp/receiver/finder.h"

struct direct;

/* options are those of every pool but for its targets; connections are those of all together.  ERROR_INVALID as smtp_pool_new. */
struct direct *direct_new(void *owner, const struct smtp_options *options, struct error *err);
/* As those of client.h.  direct_has_room: and the servers of route have a pool, which is made where there was none; false while there are no descriptors
 * for it. */
bool direct_has_room(struct direct *d, const struct route *route);
/* Only after direct_has_room of the same route. */
void direct_send(struct direct *d, const struct route *route, const struct smtp_message *message);
int direct_tend(struct direct *d);
int direct_busy(const struct direct *d);
/* Without waiting.  The connection of the outcome is one of all; direct_hold must follow, and end. */
bool direct_next(struct direct *d, struct smtp_outcome *outcome);
void direct_hold(struct direct *d, int connection, bool held);
int direct_wait(struct direct *d, int timeout_ms);
int direct_fd(const struct direct *d);
