#pragma once
/*
 * delivery_watch - how far an issue is, again and again until all of it has ended.
 */
#include "gateway/cli/cli.h"

/*
 * On a terminal one line that is written over; else a line a second, with json an object each.  issue NULL: the newest of a post.  Ends by itself
 * when no delivery of it is open, and at Ctrl-C.  The exit status.
 */
int delivery_watch(struct cli *cli, const char *issue, bool json, struct error *err);
