#pragma once
/*
 * supervisor - the processes of the roles, one or several of each (workers), each started again when it dies.
 *
 * SIGTERM and SIGINT drain the roles and end them; SIGHUP reads the
 * configuration again.  The supervisor itself holds no database connection:
 * none may live on across fork().
 */
#include "gateway/base/config/config.h"

struct supervisor;

/* Of all roles, or of those that only names, with commas between.  NULL with ERROR_INVALID when there is no such role. */
struct supervisor *supervisor_new(void *owner, const char *only, struct error *err);
/* Takes config over and returns when it was asked to stop and every role has ended; false with err when it cannot begin. */
bool supervisor_run(struct supervisor *s, struct config *config, struct error *err);
