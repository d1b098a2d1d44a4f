#pragma once
/*
 * fediverse_routes - the requests of other servers, answered.
 *
 * Called by the web role for every request, before its own pages.  Paths:
 * /.well-known/webfinger, nodeinfo, host-meta; /nodeinfo/2.x; /inbox; /@HANDLE
 * and what is below it; /p/ID.  A browser that comes to one of the last two is
 * sent to the page.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/web/server/exchange.h"

/* Answers x when its path is one of ours; false: it is not, and x is as it was. */
bool fediverse_serve(struct exchange *x);
/* Would who asks rather have ActivityPub than a page?  An answer that depends on it must say "Vary: Accept". */
bool fediverse_asked(const struct exchange *x);
/* Answers x with the object of an entry of its publication: for a page's own URL, when fediverse_asked. */
void fediverse_serve_entry(struct exchange *x, const struct entry *entry);
