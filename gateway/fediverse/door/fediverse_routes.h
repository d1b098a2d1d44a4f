#pragma once
/*
 * fediverse_routes - the requests of other servers, answered.
 *
 * Paths: /.well-known/webfinger, nodeinfo, host-meta; /nodeinfo/2.x; /inbox;
 * /@HANDLE and what is below it; /p/ID.  A browser that comes to one of the
 * last two is sent to the page.  The door answers for an entry's page too, when
 * ActivityPub is asked for there.
 */
#include "gateway/fediverse/inbox/inbox.h"
#include "gateway/web/server/door.h"

/* Answers x when its path is one of ours; false: it is not, and x is as it was. */
bool fediverse_serve(struct exchange *x, struct inbox *inbox);
/* The same and the pages of entries, for the table of doors. */
extern const struct door fediverse_door;
