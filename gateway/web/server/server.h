#pragma once
/*
 * server - HTTP/1.1 on the listening socket (libmicrohttpd), one thread: the loop of the role web.
 *
 * Collects a request, asks the doors for its answer, sends that.  TLS is a
 * reverse proxy's.  Answers that are the same for everybody are kept until
 * the next commit of any process.
 */
#include "gateway/web/server/door.h"

/* Serves until the role must stop.  doors ends with NULL; the first that answers has answered. */
bool server_run(struct role *role, const struct door *const *doors, struct error *err);
