#pragma once
/*
 * federate - the role that deals with other servers: what came to the inboxes, what goes out.
 */
#include "gateway/base/role/role.h"

/* The loop of the role. */
role_run federate_run;

struct federate;

/* db belongs to the calling process; what a former one had claimed is given back. */
struct federate *federate_new(void *owner, struct db *db, const struct config *config, struct error *err);
/* Starts what is due, takes the answers that come within timeout_ms, records them.  *worked: there was something. */
bool federate_step(struct federate *f, int timeout_ms, bool *worked, struct error *err);
/* Are requests under way, so that federate_step has something to wait for? */
bool federate_busy(const struct federate *f);
/* ms until something is due: 0 now, -1 nothing is. */
bool federate_next_due(struct federate *f, int64_t *ms, struct error *err);
/* Lets requests under way end, for at most timeout_ms, and gives back all the rest. */
bool federate_stop(struct federate *f, int timeout_ms, struct error *err);
