#pragma once
/*
 * websub_subscriber - requests to hubs: to subscribe, to renew, to unsubscribe (W3C WebSub section 5.1).
 *
 * Never waits for a hub: a turn sends the requests that are due, and a later
 * turn takes the responses.  After each failure the pause before the next
 * request doubles; only the first failure is a warning in the log.
 */
#include "feeds/websub/websub.h"

struct websub_subscriber;

struct websub_subscriber *websub_subscriber_new(void *owner, struct db *db, const struct config *config, struct error *err);
/* Sends what is due and takes the responses that have come.  *due: in how many ms there is more to do, -1 when nothing will be.
 * False only for a database that cannot be used. */
bool websub_subscriber_turn(struct websub_subscriber *subscriber, int64_t *due, struct error *err);
