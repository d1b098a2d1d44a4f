#pragma once
/*
 * fediverse_routes - the requests of other servers, answered.
 *
 * Paths: /.well-known/webfinger, nodeinfo, host-meta; /nodeinfo/2.x; /inbox;
 * /@HANDLE and what is below it; /p/ID; and an entry's page when ActivityPub
 * is asked for there.  A browser that comes to /@HANDLE or /p/ID is sent to
 * the page.
 */
#include "gateway/web/server/door.h"

/* Answers x when its path is one of ours; false: it is not, and x is as it was. */
bool fediverse_serve(struct exchange *x);
/* The same, for the table of doors. */
extern const struct door fediverse_door;
