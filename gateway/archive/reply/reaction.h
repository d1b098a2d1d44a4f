#pragma once
/*
 * reaction - likes and shares of entries by actors of the fediverse: rows, counted.
 *
 * One per entry, kind and actor, whatever comes.  What was verified, and what
 * must not count again after it was taken back, the caller knows.
 */
#include "gateway/base/db/db.h"

enum reaction_kind { REACTION_LIKE, REACTION_SHARE, REACTION_KINDS };

struct reaction {
	int64_t entry;
	enum reaction_kind kind;
	const char *actor;    /* its id */
	const char *host;     /* of the actor */
	const char *activity; /* id of the Like or Announce, or NULL */
};

/* Inside a transaction; *counted is false when it was counted before, and when the actor or its host has sent too many within a day. */
bool reaction_add(struct db *db, const struct reaction *reaction, int64_t now, bool *counted, struct error *err);
/* Takes it back: by entry, kind and actor; with an entry of 0, by actor and activity. */
bool reaction_remove(struct db *db, const struct reaction *reaction, bool *removed, struct error *err);
/* Has the actor a reaction with this activity? */
bool reaction_knows(struct db *db, const char *actor, const char *activity, bool *knows, struct error *err);
/* The account is gone, and so is what it said. */
bool reaction_forget(struct db *db, const char *actor, struct error *err);
/* How many of each kind an entry has; 0 as entry: all entries. */
bool reaction_count(struct db *db, int64_t entry, int64_t counts[REACTION_KINDS], struct error *err);
