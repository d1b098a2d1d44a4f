#pragma once
/*
 * consent - the steps that change the state of an address, for the files of subscribers/ only.
 *
 * Each must be called inside a transaction.
 */
#include "subscribers/people/subscriber.h"

/* Adds a row to the record of consent, which is never changed. */
bool consent_record(struct db *db, int64_t address, enum consent_event event, const struct consent *how, struct error *err);
/* Makes a pending address of a new subscriber; value must be normalised. */
bool address_make(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *id, struct error *err);
/* Confirms an address, whatever its state. */
bool address_confirm(struct db *db, int64_t address, struct error *err);
