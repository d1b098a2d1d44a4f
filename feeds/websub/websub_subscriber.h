#pragma once
/*
 * websub_ask - our requests to hubs: to begin, to go on, to stop (W3C WebSub section 5.1).
 *
 * Never waits for a hub: what is due is sent, and its answer taken in some
 * later turn.  A hub that fails is asked again ever more seldom, and is one
 * line in the log.
 */
#include "feeds/websub/websub.h"

struct websub_subscriber;

struct websub_subscriber *websub_subscriber_new(void *owner, struct db *db, const struct config *config, struct error *err);
/* Asks what is due and takes what answers have come.  *due: in how many ms there is more to do, -1 when nothing will be.
 * False only for a database that cannot be used. */
bool websub_subscriber_turn(struct websub_subscriber *asker, int64_t *due, struct error *err);
