#pragma once
/*
 * bounce - what a letter that came back means for its address.
 *
 * One policy for reports and for refusals at once:
 *
 *   dead        suppresses the address
 *   complaint   ends its subscription, which its consents record
 *   full,       add one to its score, which halves in a month; a day counts once.  At five, and two weeks after the score was last
 *   temporary   near zero, it is sent a probe (probe.h), and is suppressed when that comes back, too: so mailboxes that are full for
 *               a holiday are not
 *   policy      is about us.  When three addresses and a twentieth of the readers' refuse us within a day, the publication sends nothing
 *               more until its owner, who gets a letter that says what to mend, lets it
 *   content,    are counted
 *   rejected
 *
 * Each kind counts once for a delivery, however often it is reported.
 */
#include "subscribers/bounce/bounce_token.h"
#include "subscribers/ledger/ledger.h"

enum bounce_kind { BOUNCE_DEAD, BOUNCE_FULL, BOUNCE_TEMPORARY, BOUNCE_POLICY, BOUNCE_CONTENT, BOUNCE_REJECTED, BOUNCE_COMPLAINT };
enum bounce_effect { BOUNCE_KNOWN, BOUNCE_COUNTED, BOUNCE_SUPPRESSED, BOUNCE_LEFT, BOUNCE_PAUSED, BOUNCE_PROBED };

struct bounce {
	int64_t delivery, address, publication;
	enum bounce_kind kind;
	bool reply;           /* the server's own reply, not a report */
	const char *status, *words;
};

/* Stores it and does what it means, in one transaction; *effect is BOUNCE_KNOWN when the same was stored before. */
bool bounce_apply(struct db *db, const struct bounce *b, enum bounce_effect *effect, struct error *err);
/* The same for those of these outcomes, which the ledger has recorded, that are such bounces; dead ones are the ledger's. */
bool bounce_outcomes(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err);

struct bounce_row {
	int64_t id, time, issue;
	enum bounce_kind kind;
	bool reply;
	const char *address, *status, *words;
};
/* The newest first; publication 0: of all.  All strings belong to owner, talloc_array_length is the count. */
bool bounce_list(void *owner, struct db *db, int64_t publication, int64_t limit, struct bounce_row **all, struct error *err);

const char *bounce_kind_name(enum bounce_kind kind);
const char *bounce_effect_name(enum bounce_effect effect);
