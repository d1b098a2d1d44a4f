#pragma once
/*
 * consent - the record of what people agreed to; its rows are never changed.
 */
#include "gateway/base/db/db.h"

enum consent_event { CONSENT_ASKED, CONSENT_CONFIRMED, CONSENT_LEFT, CONSENT_OWNER, CONSENT_FOLLOWED, CONSENT_SIGNED_IN, CONSENT_IMPORTED };

/* What a person did on a page, for the record. */
struct consent {
	const char *remote;  /* network address, "" when there is none */
	const char *wording; /* what they were shown */
};

/* Adds a row for an address, inside the transaction that changes the address.  *id (id may be NULL) grows with each. */
bool consent_record(struct db *db, int64_t address, enum consent_event event, const struct consent *how, int64_t *id, struct error *err);

/* "asked", "confirmed", "left", "owner", "followed", "signed-in", "imported". */
const char *consent_event_name(enum consent_event event);
bool consent_event_named(const char *name, enum consent_event *event);
