#pragma once
/*
 * backfill_way - how a page of a feed leads to the next older one.
 *
 * RFC 5005 (prev-archive of archived feeds, next of paged ones), next_url of
 * JSON Feed, and ?paged=N of WordPress, which every WordPress has and no feed
 * of it mentions.  Looks at one page; backfill.c walks.
 */
#include "feeds/parse/feed.h"

enum backfill_way {
	BACKFILL_UNKNOWN, /* the newest page has not been looked at */
	BACKFILL_LINKS,   /* a page names the next */
	BACKFILL_NUMBERS, /* ?paged=2 and on: a WordPress */
	BACKFILL_TRY,     /* the same, of which nothing is known but that it may be worth one request */
	BACKFILL_NONE     /* the newest page is all there is */
};

/* The way on from feed, the newest page; *next is the URL of the page after it, owner's, or NULL with BACKFILL_NONE. */
enum backfill_way backfill_way_of(void *owner, const struct feed *feed, const char *url, char **next);
/* The page after feed, which was asked for as url; NULL when it names none. */
char *backfill_way_next(void *owner, enum backfill_way way, const struct feed *feed, const char *url);
/* A hash of which entries a page shows, whatever their order; "" for none.  Belongs to owner. */
char *backfill_way_mark(void *owner, const struct feed *feed);
