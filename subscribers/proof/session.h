#pragma once
/*
 * session - the sign-in cookie of a browser.  proof_use opens a session.
 */
#include "subscribers/gate/gate.h"
#include "subscribers/people/subscriber.h"

/* How long a session lasts from its opening, in ms. */
#define SESSION_LIFE (365 * CLOCK_DAY)

/* Opens one; *cookie, which belongs to owner, is its secret. */
bool session_open(void *owner, struct db *db, int64_t subscriber, char **cookie, struct error *err);
/* Who holds this cookie value, as a viewer of this publication; VIEWER_ANYBODY for NULL, unknown, expired or another
 * publication's. Its mail (the first confirmed mail address, or NULL) belongs to owner. */
bool session_viewer(void *owner, struct db *db, const struct publication *p, const char *cookie, struct viewer *viewer, struct error *err);
bool session_close(struct db *db, const char *cookie, struct error *err);
/* Ends all that opens the archive to a subscriber: every session, and the links and codes that were sent to the address and not used. */
bool session_end_all(struct db *db, const struct address *address, struct error *err);
/* Deletes what has expired: sessions, proofs, pending addresses that nobody confirmed.  ERROR_TEMPORARY when somebody confirms one right now. */
bool session_sweep(struct db *db, int64_t now, struct error *err);
