#pragma once
/*
 * item - a request to an inbox, kept from the moment it is answered until it is dealt with.
 *
 * The web role stores, the federate role takes.  What is needed to verify it
 * later is kept with it: the headers as they came, and the bytes of the body.
 */
#include "gateway/base/db/db.h"
#include "gateway/fediverse/signature/signature.h"

enum inbox_item_state { INBOX_ITEM_WAITING, INBOX_ITEM_DONE, INBOX_ITEM_REFUSED };

struct inbox_item {
	int64_t id;
	int64_t publication; /* whose inbox, or whose host's shared inbox */
	int64_t received;
	int tries;
	const char *remote;  /* network address */
	struct signature_message message;
};

/* Stores it, on disk when it returns true.  personal: its publication's own inbox, not the shared one.  ignored: why
 * nothing is to be done, and then its body is not kept; NULL: it waits to be dealt with. */
bool inbox_item_store(struct db *db, const struct inbox_item *item, const struct signature *s, bool personal, const char *ignored,
                   struct error *err);
/* How many wait, counted up to limit. */
bool inbox_item_count_waiting(struct db *db, int64_t limit, int64_t *count, struct error *err);
/* Takes up to limit that are due, oldest first, for the length of a lease; after a crash they come again. */
bool inbox_item_claim(void *owner, struct db *db, int64_t limit, int64_t lease_ms, struct inbox_item ***all, struct error *err);
/* When the role starts: what a former process had taken for the first time is due again. */
bool inbox_item_recover(struct db *db, struct error *err);
/* Ends it, with words for who looks: what was done, or why not; what it said is not kept.  Belongs into the transaction of its effect. */
bool inbox_item_finish(struct db *db, const struct inbox_item *item, enum inbox_item_state state, const char *words, struct error *err);
/* Tries again later, ever more slowly; after two days it is refused. */
bool inbox_item_defer(struct db *db, const struct inbox_item *item, const char *words, struct error *err);
/* Gives a claimed one back untouched. */
bool inbox_item_release(struct db *db, const struct inbox_item *item, struct error *err);
/* ms until the next is due: 0 now, -1 none waits. */
bool inbox_item_next_due(struct db *db, int64_t *ms, struct error *err);
/* Forgets what was dealt with three days ago, and ids of activities after a quarter of a year. */
bool inbox_item_sweep(struct db *db, int64_t now, struct error *err);

/*
 * Ids of activities that took effect.  inbox_item_mark_seen records one (received now, or later than it was) and tells in
 * *before when it had been seen, 0: never.
 */
bool inbox_item_mark_seen(struct db *db, const char *activity, const char *actor, int64_t received, int64_t *before, struct error *err);
