#pragma once
/*
 * ledger - the queue of deliveries, and the outcome of each.
 *
 * UNIQUE (issue, address) is what makes sending safe.  A role claims rows
 * for the length of a lease, sends, and records each outcome before the
 * connection that sent it takes another row; so a crash repeats at most one
 * message per connection and loses none.
 */
#include "gateway/archive/store/quarantine.h"
#include "subscribers/ledger/stop.h"
#include "subscribers/people/subscriber.h"

enum issue_kind {
	ISSUE_ENTRY,
	ISSUE_REVISION,
	ISSUE_WITHDRAWAL,
	ISSUE_NOTICE,
	ISSUE_DIGEST,
	ISSUE_LETTER,     /* of the owner's own, in no archive: only by mail */
	ISSUE_SERIES,     /* the same, to each new reader at a time of their own */
	ISSUE_PROFILE     /* what the publication says of itself has changed, or that it has ended: to the followers */
};
enum delivery_state { DELIVERY_WAITING, DELIVERY_DEFERRED, DELIVERY_DELIVERED, DELIVERY_FAILED, DELIVERY_SUPPRESSED, DELIVERY_QUARANTINED };
enum delivery_reason {
	DELIVERY_NO_REASON,
	DELIVERY_DEAD,      /* the address does not exist */
	DELIVERY_FULL,      /* its mailbox is full */
	DELIVERY_POLICY,    /* refused by a policy against the sender */
	DELIVERY_CONTENT,   /* refused because of the message */
	DELIVERY_THROTTLED, /* rate limited */
	DELIVERY_NETWORK,   /* could not be reached */
	DELIVERY_GAVE_UP,   /* deferred for too long */
	DELIVERY_LEFT,      /* the address left, or was suppressed, before its turn */
	DELIVERY_DROPPED,   /* by the owner: after a restore (hold.h), or out of quarantine */
	DELIVERY_REJECTED,  /* came back for a reason that is none of these (subscribers/bounce/) */
	DELIVERY_CANCELLED  /* by the owner, with its issue (stop.h) */
};

struct delivery {
	int64_t id, issue, publication, address;
	enum issue_kind kind;
	int64_t entry;          /* 0 for a notice */
	const char *notice;     /* JSON, or NULL */
	enum address_kind address_kind;
	const char *value;      /* the address itself */
	int64_t address_confirmed; /* when; for "subscribed on ..." */
	int64_t issued;         /* when the issue was made; of a series, when it was this reader's turn */
	int64_t answers;        /* of a correction: the delivery that brought this address what it corrects; or 0 */
	int tries;
	bool text_only;         /* its reader wants no HTML */
	bool supporter;         /* its reader is one (tier.h) */
	bool allowed;           /* its address may be sent to; always true for a claimed row */
	enum stop stop;         /* of its issue; a claimed row's goes on */
	const char *server;     /* that has put it off the last time, or NULL */
};

struct delivery_outcome {
	int64_t delivery;
	int tries;                    /* as claimed */
	enum delivery_state state;
	enum delivery_reason reason;
	const char *words;            /* the peer's response text, or NULL; cut to 500 bytes */
	int64_t retry_after;          /* DEFERRED: at least this many ms from now, 0: as usual */
	const char *server;           /* DEFERRED: that did it, or NULL */
};

/* Queues one letter or activity for one address, before all entries; payload is JSON for the door. */
bool ledger_notice(struct db *db, int64_t address, const char *payload, int64_t *issue, struct error *err);

enum digest_order { DIGEST_BY_DATE, DIGEST_BY_SOURCE };
struct digest_post {
	int64_t entry;
	const char *source; /* title of its source, or NULL */
};
/* The posts of a digest in the order that its publication wants, talloc_array_length() many. */
bool ledger_digest(void *owner, struct db *db, int64_t issue, struct digest_post **posts, struct error *err);

struct ledger_claimer {
	const char *holder;  /* holder_self() */
	int64_t lease_ms, limit;
	bool suspects;       /* claims rows with crashes, as trial.h says; false: only others */
};
/* Claims up to limit due rows that nobody holds for the length of a lease; rows whose address is no longer confirmed end as SUPPRESSED
 * instead (notices go to pending addresses too), and rows of stopped issues are turned away.  The array belongs to owner; talloc_array_length is the count. */
bool ledger_claim(void *owner, struct db *db, enum address_kind kind, const struct ledger_claimer *who, struct delivery ***all,
                  struct error *err);
/* The rows of each kind of address, as quarantine.h takes them: it renews and releases the claims. */
extern const struct quarantine_kind ledger_letters, ledger_activities;
/* Records outcomes in one transaction, on disk when it returns true.  DEFERRED sets the next try as retry.h says
 * and becomes FAILED (GAVE_UP) two days after the first one, an activity three.  FAILED with DEAD suppresses a mail address; an actor's ends it. */
bool ledger_record(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err);
/* Rows that are claimed, and whose turn is later: nobody's again, and due in so many ms.  That was no try. */
struct ledger_later {
	int64_t delivery, ms;
};
bool ledger_postpone(struct db *db, const char *holder, const struct ledger_later *rows, size_t count, struct error *err);
/* Is there a row of this kind for ledger_claim now?  Quick, however many are held. */
bool ledger_is_due(struct db *db, enum address_kind kind, bool *is, struct error *err);
/* When the next row of this kind is due, in ms from now: 0 when one is due now, -1 when there is none.  Reads those that are held. */
bool ledger_next_due(struct db *db, enum address_kind kind, int64_t *ms, struct error *err);

struct ledger_filter {
	int64_t publication, issue; /* 0: all */
	int state;                  /* -1: all */
	int64_t after, limit;       /* id of the row before; limit 0: 100 */
};
struct ledger_row {
	int64_t id, issue, entry, created, finished, next_try;
	enum issue_kind kind;
	enum delivery_state state;
	enum delivery_reason reason;
	enum address_kind address_kind;
	int tries;
	const char *value, *title, *words;
};
/* Iterates: while (ledger_next(rows, &row)), then ledger_finish. Strings are borrowed from the row. */
struct ledger_rows *ledger_rows(void *owner, struct db *db, const struct ledger_filter *filter);
bool ledger_next(struct ledger_rows *rows, struct ledger_row *row);
bool ledger_finish(struct ledger_rows *rows, struct error *err);
/* "Retry only the failed" of an issue; *count is how many.  ERROR_NOT_FOUND: no such issue; ERROR_INVALID: it was cancelled. */
bool ledger_retry(struct db *db, int64_t issue, int64_t *count, struct error *err);

/* How far an issue is. */
struct ledger_progress {
	int64_t counts[DELIVERY_QUARANTINED + 1]; /* rows in each state */
	double per_second;   /* letters and activities delivered in the last minute, or since the first of them */
	int64_t next_try;    /* of the first row that was deferred, or 0 */
	bool planned;        /* the whole audience has its rows */
	enum stop stop;
};
/* Reads all rows of the issue.  ERROR_NOT_FOUND: there is no such issue. */
bool ledger_progress(struct db *db, int64_t issue, struct ledger_progress *progress, struct error *err);
/* The newest issue of a post. ERROR_NOT_FOUND: there is none. */
bool ledger_newest(struct db *db, int64_t *issue, struct error *err);

const char *delivery_state_name(enum delivery_state state);
const char *delivery_reason_name(enum delivery_reason reason);
const char *issue_kind_name(enum issue_kind kind);
