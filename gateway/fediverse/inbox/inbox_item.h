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
	const char *head;    /* inbox_item_head, of one that is to be stored */
	struct signature_message message;
};

/* What is stored of its headers; belongs to owner.  NULL with ERROR_INVALID when they are too long. */
char *inbox_item_head(void *owner, const struct inbox_item *item, const struct signature *s, struct error *err);
/* Stores it; when this returns true outside of a transaction, it is on disk.  personal: it came to the publication's own inbox, not to the
 * shared one. */
bool inbox_item_store(struct db *db, const struct inbox_item *item, const struct signature *s, bool personal, struct error *err);
/* So many items of a lane may be due, and so many more wait for their next try; and so many of strangers with keys of one host. */
#define INBOX_ITEM_BACKLOG 10000
#define INBOX_ITEM_OF_HOST (INBOX_ITEM_BACKLOG / 2)
/* How many items more there is room for, when they are like this one. */
bool inbox_item_room(struct db *db, const struct inbox_item *item, const struct signature *s, int64_t *room, struct error *err);
struct inbox_item_claimer {
	const char *holder; /* holder_self() */
	enum inbox_item_lane lane;
	int64_t lease_ms, limit;
	bool suspects;      /* claims items with crashes, as trial.h says; false: only others */
	bool newcomers;     /* of the strangers only those before whom nothing of their host waited */
};
/*
 * Claims up to limit items of a lane that are due and that nobody holds, for the length of a lease.  Those of known senders, oldest first.
 * Hosts of strangers' keys take turns: the first item of each, then the second ...; those that wait for another try have what is left.
 */
bool inbox_item_claim(void *owner, struct db *db, const struct inbox_item_claimer *who, struct inbox_item ***all, struct error *err);
/* The items, as quarantine.h takes them: it renews and releases the claims. */
extern const struct quarantine_kind inbox_item_queue;
/* Ends it and drops its body; words for the operator say what was done or why not.  Call it in the transaction of its side effects. */
bool inbox_item_finish(struct db *db, const struct inbox_item *item, enum inbox_item_state state, const char *words, struct error *err);
/* Schedules the next try, with growing intervals; it is refused instead after two days, or when too many of its lane wait so. */
bool inbox_item_defer(struct db *db, const struct inbox_item *item, const char *words, struct error *err);
/* The host of item's key does not answer: what else waits for a key of it is due in ms from now, after all others.  Items that somebody
 * holds are left alone. */
bool inbox_item_put_off(struct db *db, const struct inbox_item *item, int64_t ms, struct error *err);
/* Is there an item, with or without crashes, for inbox_item_claim now?  Quick, however many are held. */
bool inbox_item_is_due(struct db *db, const struct inbox_item_claimer *who, bool *is, struct error *err);
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
