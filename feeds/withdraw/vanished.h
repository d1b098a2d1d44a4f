#pragma once
/*
 * vanished - entries that their source takes back: with a word (RFC 6721), or in silence.
 *
 * A feed that shows older entries and not one between them has lost that
 * one: a candidate, no more.  Its page is asked, by vanished_ask.h, and only
 * when that is gone (404 or 410), and still gone an hour later, the entry is
 * withdrawn.  When many are missing at once it is the feed that has changed:
 * then the owner is told instead, once.
 *
 * Files and actors are not looked at so, nor feeds that are broken, empty or
 * in no order of dates.
 */
#include "feeds/match/match.h"

enum vanished_state {
	VANISHED_OPEN,  /* its page is to be asked */
	VANISHED_STAYS, /* its page is there; not asked again for a long time */
	VANISHED_TOLD   /* one of many: the owner was told, and it stays */
};

/* Withdraws what is source's own and feed says is no more: its tombstones, and entries that have expired.  match knows what it shows. */
bool vanished_bury(struct db *db, const struct source *source, const struct feed *feed, const struct match *match, struct error *err);
/* Is entries[i] of feed marked as expired? */
bool vanished_expired(const struct feed *feed, size_t i);
/* After a whole poll was stored, and match->known names all that is shown: notes what is missing, and forgets what is back. */
bool vanished_look(struct db *db, const struct source *source, const struct feed *feed, const struct match *match, struct error *err);
