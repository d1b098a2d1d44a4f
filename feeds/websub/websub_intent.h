#pragma once
/*
 * websub_intent - what a hub tells the callback with a GET: W3C WebSub sections 5.2 (denial) and 5.3 (verification of intent).
 */
#include "feeds/websub/websub.h"

struct websub_intent {
	const char *mode, *topic; /* hub.mode, hub.topic; NULL when absent */
	int64_t lease;            /* hub.lease_seconds in ms; 0: not given */
	const char *reason;       /* hub.reason, or NULL */
};
/*
 * *agreed: it is what we requested, and the new state is committed: the subscription begins, is renewed, ends or is denied.  An
 * unknown token agrees to nothing.  A lease counts as at least `least`, and at most 30 days.
 */
bool websub_intent(struct db *db, const char *token, const struct websub_intent *intent, int64_t least, bool *agreed, struct error *err);
/* After the hub of w has refused: w turns to the next hub that the source names, or tries all of them again much later. */
void websub_fall_back(struct websub *w, const char *reason);
