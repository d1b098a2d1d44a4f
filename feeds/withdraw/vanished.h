#pragma once
/*
 * vanished - entries that are missing from their feed.
 *
 * When a feed shows entries older than one that it no longer shows, that one
 * may have been deleted.  It becomes a candidate (a row of vanished,
 * 010-changes.sql), and vanished_check.h requests its page: the entry is
 * withdrawn only when the page is gone (404 or 410), and still gone an hour
 * later.  When many entries are missing at once, the feed itself has probably
 * changed; then the owner is told once, and nothing is withdrawn.
 *
 * Files and actors are not checked, nor feeds that are broken, empty or not
 * in the order of their dates.
 */
#include "feeds/match/match.h"

enum vanished_state {
	VANISHED_OPEN,  /* its page is to be requested */
	VANISHED_STAYS, /* its page exists; not requested again for a long time */
	VANISHED_TOLD   /* one of many: the owner was told, and it stays */
};

/* Adds candidates, and removes those that feed shows again.  feed is a whole poll that has been stored: match->known has all its ids. */
bool vanished_detect(struct db *db, const struct source *source, const struct feed *feed, const struct match *match, struct error *err);
