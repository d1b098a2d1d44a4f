#pragma once
/*
 * listen - a listening socket from "HOST:PORT", or "unix:/PATH".
 */
#include "gateway/base/text/error.h"

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses); "unix:/run/x", where a socket that is there is replaced; who may connect says the folder.  Non-blocking, close-on-exec; -1 with err. */
int listen_on(const char *where, struct error *err);
/* What somebody on this machine opens to get there: "http://127.0.0.1:8080/".  Belongs to owner. */
char *listen_url(void *owner, const char *where);
