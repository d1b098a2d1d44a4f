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
#include "subscribers/people/subscriber.h"

enum issue_kind { ISSUE_ENTRY, ISSUE_REVISION, ISSUE_WITHDRAWAL, ISSUE_NOTICE };
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
	DELIVERY_DROPPED    /* by the owner: after a restore (hold.h), or out of quarantine */
};

struct delivery {
	int64_t id, issue, publication, address;
	enum issue_kind kind;
	int64_t entry;          /* 0 for a notice */
	const char *notice;     /* JSON, or NULL */
	enum address_kind address_kind;
	const char *value;      /* the address itself */
	int64_t address_confirmed; /* when; for "subscribed on ..." */
	int64_t issued;         /* when the issue was made */
	int tries;
	bool allowed;           /* its address may be sent to; always true for a claimed row */
};

struct delivery_outcome {
	int64_t delivery;
	int tries;                    /* as claimed */
	enum delivery_state state;
	enum delivery_reason reason;
	const char *words;            /* the peer's response text, or NULL; cut to 500 bytes */
	int64_t retry_after;          /* DEFERRED: at least this many ms from now, 0: as usual */
};

/* Queues one letter or activity for one address, before all entries; payload is JSON for the door. */
bool ledger_notice(struct db *db, int64_t address, const char *payload, int64_t *issue, struct error *err);

struct ledger_claimer {
	const char *holder;  /* holder_self() */
	int64_t lease_ms, limit;
	bool suspects;       /* claims rows with crashes, as trial.h says; false: only others */
};
/* Claims up to limit due rows that nobody holds for the length of a lease; rows whose address is no longer confirmed end as SUPPRESSED
 * instead (notices go to pending addresses too).  The array belongs to owner; talloc_array_length is the count. */
bool ledger_claim(void *owner, struct db *db, enum address_kind kind, const struct ledger_claimer *who, struct delivery ***all,
                  struct error *err);
/* The rows of each kind of address, as quarantine.h takes them: it renews and releases the claims. */
extern const struct quarantine_kind ledger_letters, ledger_activities;
/* Records outcomes in one transaction, on disk when it returns true.  DEFERRED sets the next try by the number of tries
 * and becomes FAILED (GAVE_UP) after three days.  FAILED with DEAD suppresses a mail address; an actor's ends it. */
bool ledger_record(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err);
/* When the next row of this kind is due, in ms from now: 0 when one is due now, -1 when there is none. */
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
/* "Retry only the failed" of an issue; *count is how many.  ERROR_NOT_FOUND: no such issue. */
bool ledger_retry(struct db *db, int64_t issue, int64_t *count, struct error *err);

const char *delivery_state_name(enum delivery_state state);
const char *delivery_reason_name(enum delivery_reason reason);
const char *issue_kind_name(enum issue_kind kind);
