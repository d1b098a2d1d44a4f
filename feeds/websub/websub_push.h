#pragma once
/*
 * websub_push - content distribution (W3C WebSub section 7): the queue of pushes that hubs have delivered.
 *
 * A hub waits only seconds for a response, so the role web stores a push as
 * it came and answers; the role ingest reads it later
 * (feeds/ingest/ingest_push.h).  Of each subscription only the oldest push
 * is read at a time, so that no text is replaced by an older one.
 */
#include "feeds/websub/websub.h"

enum websub_push_result {
	WEBSUB_PUSH_ACCEPTED,      /* it will be read; or the source is fetched instead */
	WEBSUB_PUSH_BAD_SIGNATURE, /* it is only counted */
	WEBSUB_PUSH_UNKNOWN,       /* no such callback */
	WEBSUB_PUSH_ENDED          /* the subscription has ended: the hub is to stop */
};

/* A request as the hub sent it. */
struct websub_delivery {
	const char *signature;     /* X-Hub-Signature, or NULL */
	const char *content_type;  /* or NULL */
	const void *body;
	size_t size;
};

/* Takes a POST to the callback of token; when it is accepted, the push is committed. */
bool websub_push_receive(struct db *db, const char *token, const struct websub_delivery *delivery, enum websub_push_result *result,
                         struct error *err);

/* A push in the queue. */
struct websub_push {
	int64_t id, websub;
	const char *content_type;  /* or NULL */
	const void *body;          /* followed by a NUL */
	size_t size;
};

/* How many pushes of this subscription wait to be read. */
bool websub_push_waiting(struct db *db, int64_t websub, int64_t *count, struct error *err);
/* When there is one to read, in ms from now: -1 when none waits. */
bool websub_push_next_due(struct db *db, int64_t *ms, struct error *err);
struct websub_push_claimer {
	const char *holder;        /* holder_self() */
	int64_t lease_ms;
	bool suspects;             /* claims a push with crashes, as trial.h says; false: only others */
};
/* Claims the next push.  *claimed belongs to owner; NULL: none is due. */
bool websub_push_claim(void *owner, struct db *db, const struct websub_push_claimer *who, struct websub_push **claimed, struct error *err);
/* The queue, as quarantine.h takes it.  To try a quarantined push again is to fetch its source: newer ones may have been read meanwhile. */
extern const struct quarantine_kind websub_push_queue;
/* Releases the claim; it is due again in a second. */
bool websub_push_put_off(struct db *db, const struct websub_push *push, struct error *err);
/* Removes it from the queue, unread. */
bool websub_push_drop(struct db *db, const struct websub_push *push, struct error *err);
/* Removes it after its entries were stored: writes source's row, and relies on the hub from now on. */
bool websub_push_done(struct db *db, const struct websub_push *push, const struct websub *w, const struct source *source, struct error *err);
