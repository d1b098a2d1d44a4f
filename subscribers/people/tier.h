#pragma once
/*
 * tier - what a subscriber may read: what is for all of them, or what is for supporters, too.
 *
 * There are no payments here: the owner grants it, or a list of people brings it along.  The gate (subscribers/gate/gate.h) decides what it opens.
 */
#include "gateway/base/db/db.h"

enum subscriber_tier { TIER_SUBSCRIBER, TIER_SUPPORTER };

/* "subscriber", "supporter". */
const char *tier_name(enum subscriber_tier tier);
bool tier_named(const char *name, enum subscriber_tier *tier, struct error *err);
/* By the owner.  It is in force with the next request and the next letter. */
bool tier_set(struct db *db, int64_t subscriber, enum subscriber_tier tier, struct error *err);
/* By a list: makes a supporter of one who is none; *raised says whether. */
bool tier_raise(struct db *db, int64_t subscriber, int64_t import, bool *raised, struct error *err);
/* Takes back what an import gave and the owner has not set since, of at most limit subscribers; *changed is how many. */
bool tier_take_back(struct db *db, int64_t import, int64_t limit, int64_t *changed, struct error *err);
