#pragma once
/*
 * role - one process of pennypost serve, as its loop sees it.  A role may have several, its workers.
 *
 *   while (role_go_on(role)) {
 *       ... claim, do, record ...
 *       if (nothing was due)
 *           role_wait(role, milliseconds until something may be);
 *   }
 *
 * A role stops between two units of work when it is asked to (SIGTERM,
 * SIGINT, or the supervisor's end).  Roles meet in the database only;
 * workers of one role may share memory, too.
 */
#include "gateway/base/config/config.h"
#include "gateway/base/db/db.h"

struct role {
	const struct config *config;
	struct db *db;   /* this process's own connection */
	int worker, workers; /* which of how many this is, from 0 */
	void *shared;    /* memory that all workers of the role see, made by the supervisor; NULL: it has none */
	int stop_fd;     /* readable once the role must stop; for poll(2) */
	int listen_fd;   /* role web: the listening socket, or -1 */
	int sendmail_fd; /* role mail: to the process that starts sendmail (smtp/local/sendmail.h), or -1 */
	int ready_fd;    /* role_ready writes to it, or -1 */
};

/* What a role does; false with err when it cannot go on (it is then started again after a pause). */
typedef bool role_run(struct role *role, struct error *err);

/* Tells the supervisor, once, that the role is ready. */
void role_ready(struct role *role);
/* False once the role was asked to stop. */
bool role_go_on(const struct role *role);
/* What this worker may use of a total that all of them share: at least 1 when there are no more workers than that. */
int role_part(const struct role *role, int total);
/* Sleeps until a commit of another process, for timeout_ms at most, or until the role must stop. */
void role_wait(struct role *role, int64_t timeout_ms);
