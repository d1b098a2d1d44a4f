#pragma once
/*
 * withdrawal - entries that a feed deletes explicitly: by a tombstone (RFC 6721), or by an expiry mark.
 *
 * Withdraws them from the archive at once.  Entries that are only missing
 * from a feed are the subject of vanished.h.
 */
#include "feeds/match/match.h"
#include "gateway/base/memory/set.h"

/* Withdraws what feed deletes, when it is source's own and feed does not show it as well.  match is of the same feed.  Adds to
 * *gone how many it withdrew. */
bool withdrawal_apply(struct db *db, const struct source *source, const struct feed *feed, const struct match *match, size_t *gone, struct error *err);
/* Is entries[i] of feed marked as expired? */
bool withdrawal_is_expired(const struct feed *feed, size_t i);
/* The ids (withdrawal_id) of the archive's entries that feed shows, without expired ones. */
struct set *withdrawal_shown(void *owner, const struct feed *feed, const struct match *match);
/* The id of an entry as a member of that set.  Belongs to owner. */
char *withdrawal_id(void *owner, int64_t entry);
