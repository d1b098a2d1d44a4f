#pragma once
/*
 * roster_before - what an import changes at addresses that were there before it, and how that is undone.
 *
 * For the files of this room, inside a transaction.
 */
#include "subscribers/people/subscriber.h"

/* Before the import changes the address, and before it adds consents to it; given is the state that it will have. */
bool roster_before_keep(struct db *db, int64_t import, int64_t address, enum address_state given, struct error *err);
/* The owner has approved what the import holds there. */
bool roster_before_approved(struct db *db, int64_t import, int64_t address, struct error *err);
/* Makes some addresses what they were, but for those at which somebody has done something since; *changed is 0 when no other is left. */
bool roster_before_restore(struct db *db, int64_t publication, int64_t import, int64_t *changed, struct error *err);
