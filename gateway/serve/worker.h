#pragma once
/*
 * worker - which processes of serve run, on whichever machine.
 *
 * Each says so in the database, once a minute, from a thread with a
 * connection of its own, so that no loop of a role has to think of it.
 */
#include "gateway/base/db/db.h"

/* From now on this process, which is called name ("web.2"), says that it runs. */
void worker_start(const char *where, const char *name);

struct worker {
	const char *role;   /* as in the log */
	const char *holder; /* as in claims: holder.h */
	int64_t started, seen;
	bool running;       /* it was seen lately, and has not ended as far as this machine can tell */
};
/* Those that were seen within a day, by name; the array belongs to owner, talloc_array_length is the count. */
bool worker_list(void *owner, struct db *db, struct worker **all, struct error *err);
