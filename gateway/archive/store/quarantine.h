#pragma once
/*
 * quarantine - rows that no role works on any more, because each try ended badly.
 *
 * A role that claims a row writes its name into it (holder.h).  When it ends
 * and has neither recorded an outcome nor given the row back, that counts as
 * a crash of the row; after QUARANTINE_TRIES in a row the row is quarantined,
 * and so is one that fails as often for a reason of its own where a role
 * could not go on otherwise.  The rows behind it go on.  The owner is told, and decides:
 * try it again, or drop it.  trial.h says how the culprit is found among
 * rows that were held together.
 *
 * Knows no queue: each describes itself as a struct quarantine_kind.
 */
#include "gateway/base/db/db.h"

#define QUARANTINE_TRIES 3

/* Changes a row by its id. A row that is no more is no error. */
typedef bool quarantine_change(struct db *db, int64_t row, struct error *err);

/* A queue.  Its table has the columns holder and crashes; table is NULL for a queue whose rows are never claimed. */
struct quarantine_kind {
	const char *name;           /* unique */
	const char *role;           /* that works on it */
	const char *table, *key;
	const char *which;          /* SQL: the rows of the table that belong to the queue */
	const char *waiting;        /* SQL: is it due?  $1 is now */
	const char *lease;          /* SQL: until when a claim lasts */
	const char *release;        /* SQL: the assignments that make it due; $2 is now */
	const char *impossible;     /* SQL: is it put off for longer than it ever is?  $1 is now.  NULL: a day more does not matter */
	const char *publication;    /* SQL: its publication */
	quarantine_change *close;   /* nobody claims it any more; crashes is 0 again */
	quarantine_change *retry, *drop; /* of a closed row */
};

/* What a role keeps for quarantine_watch; all 0 at first. */
struct quarantine_watch {
	int64_t next, offset, sure; /* by clock_steady; offset: of the clock from it */
	bool begun;
};
/*
 * For the start of a role and each turn of its loop; kinds ends with NULL.  At first, and then every five seconds: frees the rows of processes
 * that have ended and of leases that have passed, counts the crashes and quarantines.  After the system clock was set, leases
 * say nothing for ten minutes, and after the database was out of reach for half a minute: nobody could renew them.  Rows that the
 * clock has put off impossibly far are due.
 */
bool quarantine_watch(struct db *db, const struct quarantine_kind *const *kinds, struct quarantine_watch *watch, struct error *err);
/* Prolongs the leases of the rows that this process works on, and frees what else is in its name: nobody works on that. */
bool quarantine_renew(struct db *db, const struct quarantine_kind *kind, int64_t lease_ms, const int64_t *rows, size_t count, struct error *err);
/* Frees all that is in the name of this process, when a role stops. */
bool quarantine_release(struct db *db, const struct quarantine_kind *kind, struct error *err);
/* Is a row with crashes due?  For trial_turn. */
bool quarantine_suspects(struct db *db, const struct quarantine_kind *kind, bool *due, struct error *err);
/* A row has failed for a reason of its own, after the transaction of the try was rolled back.  Quarantines it the third time. */
bool quarantine_failed(struct db *db, const struct quarantine_kind *kind, int64_t row, int64_t publication, const char *why, struct error *err);

struct quarantined {
	int64_t id, item, publication, since;
	const char *kind, *words;
};
/* All that are quarantined, oldest first; an array of owner's. */
bool quarantine_list(void *owner, struct db *db, struct quarantined ***all, struct error *err);
/* Ends the quarantine of one: it is due again, or never.  kinds ends with NULL.  ERROR_NOT_FOUND when there is no such id. */
bool quarantine_retry(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, struct error *err);
bool quarantine_drop(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, struct error *err);
