#pragma once
/*
 * score - how often letters to an address came back that might have arrived later.
 *
 * One for each day on which a letter came back; what was added halves in 30
 * days.  So a weekly letter to a mailbox that stays full gets there in two
 * months, a daily one in two weeks, and one failure in a while never.
 */
#include "gateway/base/db/db.h"

/* Inside a transaction: counts a letter that came back at now.  *over: it is time to ask whether it takes letters at all; *since, when the letters began to come
 * back. */
bool score_add(struct db *db, int64_t address, int64_t now, bool *over, int64_t *since, struct error *err);
