#pragma once
/*
 * consent - the steps by which an address changes its state, for the files of this stage.
 *
 * Each is to be called inside a transaction with what it belongs to.
 */
#include "subscribers/people/subscriber.h"

/* A row of the record that is never changed. */
bool consent_record(struct db *db, int64_t address, enum consent_event event, const struct consent *how, struct error *err);
/* A new pending address of a new subscriber; value must be normalised. */
bool address_make(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *id, struct error *err);
/* Makes it confirmed, from any state. */
bool address_confirm(struct db *db, int64_t address, struct error *err);
