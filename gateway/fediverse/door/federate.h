#pragma once
/*
 * federate - the role that processes the inboxes and delivers to other servers.
 */
#include "gateway/base/role/role.h"

/* The loop of the role. */
role_run federate_run;

struct federate;

/* What the workers share: role->shared. */
void *federate_share(void);
/* Of the calling process; rows that a previous process had claimed are given back. */
struct federate *federate_new(void *owner, const struct role *role, struct error *err);
/* Starts what is due, takes the answers that come within timeout_ms and records them.  *worked: there was something to do. */
bool federate_step(struct federate *f, int timeout_ms, bool *worked, struct error *err);
/* Are requests running, so that federate_step has answers to wait for? */
bool federate_busy(const struct federate *f);
/* ms until something is due: 0 now, -1 nothing waits. */
bool federate_next_due(struct federate *f, int64_t *ms, struct error *err);
/* Waits at most timeout_ms for running requests, and gives back the rest. */
bool federate_stop(struct federate *f, int timeout_ms, struct error *err);
