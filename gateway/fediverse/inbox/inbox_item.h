#pragma once
/*
 * inbox_item - a request to an inbox, stored until its activity is processed.
 *
 * The web role stores it before it answers 202, the federate role processes
 * it.  It keeps what is needed to verify the signature later: the headers and
 * the bytes of the body.
 */
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/db/db.h"
#include "gateway/fediverse/signature/signature.h"

/* Items whose signature was verified when they came wait for nobody's server. */
enum inbox_item_lane { INBOX_ITEM_OF_STRANGER, INBOX_ITEM_OF_KNOWN };
enum inbox_item_state { INBOX_ITEM_WAITING, INBOX_ITEM_DONE, INBOX_ITEM_REFUSED, INBOX_ITEM_QUARANTINED };

struct inbox_item {
	int64_t id;
	int64_t publication; /* the inbox is its own, or the shared inbox of its host */
	int64_t received;
	int64_t signed_at;   /* by the sender's clock; set by inbox_request_read */
	int tries;
	enum inbox_item_lane lane;
	const char *remote;  /* network address */
	struct signature_message message;
};

/* Stores it; when this returns true, it is on disk.  personal: it came to the publication's own inbox, not to the shared one.
 * ERROR_INVALID when its head is too long. */
bool inbox_item_store(struct db *db, const struct inbox_item *item, const struct signature *s, bool personal, struct error *err);
/* So many items of a lane may be due, and so many more wait for their next try; and so many of strangers with keys of one host. */
#define INBOX_ITEM_BACKLOG 10000
#define INBOX_ITEM_OF_HOST (INBOX_ITEM_BACKLOG / 2)
/* Is there no room for this item? */
bool inbox_item_is_full(struct db *db, const struct inbox_item *item, const struct signature *s, bool *full, struct error *err);
struct inbox_item_claimer {
	const char *holder; /* holder_self() */
	enum inbox_item_lane lane;
	int64_t lease_ms, limit;
	bool suspects;      /* claims items with crashes, as trial.h says; false: only others */
};
/* Claims up to limit items of a lane that are due and that nobody holds, oldest first, for the length of a lease. */
bool inbox_item_claim(void *owner, struct db *db, const struct inbox_item_claimer *who, struct inbox_item ***all, struct error *err);
/* The items, as quarantine.h takes them: it renews and releases the claims. */
extern const struct quarantine_kind inbox_item_queue;
/* Ends it and drops its body; words for the operator say what was done or why not.  Call it in the transaction of its side effects. */
bool inbox_item_finish(struct db *db, const struct inbox_item *item, enum inbox_item_state state, const char *words, struct error *err);
/* Schedules the next try, with growing intervals; it is refused instead after two days, or when too many of its lane wait so. */
bool inbox_item_defer(struct db *db, const struct inbox_item *item, const char *words, struct error *err);
/* ms until the next item of a lane is due: 0 now, -1 none waits. */
bool inbox_item_next_due(struct db *db, enum inbox_item_lane lane, int64_t *ms, struct error *err);
/* Deletes items that came three days ago and ended (quarantined ones stay), and ids of activities after 90 days. */
bool inbox_item_sweep(struct db *db, int64_t now, struct error *err);

/*
 * Records the id of an activity that was received at this time; *before is the time at which the id was last received
 * until now, 0: never.  This is how repeated activities are recognised.
 */
bool inbox_item_mark_seen(struct db *db, const char *activity, const char *actor, int64_t received, int64_t *before, struct error *err);
/* The same without recording it. */
bool inbox_item_seen(struct db *db, const char *activity, int64_t *before, struct error *err);
