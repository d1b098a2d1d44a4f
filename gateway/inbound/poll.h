#pragma once
/*
 * poll - takes the messages of a mailbox at another server (mailbox { } in pennypost.conf), and removes them there.
 *
 * A message is a committed row, and known by the mailbox's own name for it, before it is removed.  So one that a broken connection
 * brings again is only removed, and none is lost or taken twice.  What is for no address of ours, or too large, stays there and is told
 * of once in the log.
 */
#include "gateway/base/role/role.h"

/* One session; *more: there was too much for one.  It may wait for the server. */
bool poll_mailbox(struct role *role, bool *more, struct error *err);
