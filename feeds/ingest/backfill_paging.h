#pragma once
/*
 * backfill_paging - how a page of a feed leads to the next older one.
 *
 * RFC 5005 (prev-archive of archived feeds, next of paged ones), next_url of
 * JSON Feed, and ?paged=N of WordPress, which every WordPress has but no feed
 * of it mentions.  Looks at one page only; backfill.c fetches them.
 */
#include "feeds/parse/feed.h"

/* As in the column backfill.way. */
enum backfill_paging {
	BACKFILL_PAGING_UNKNOWN, /* the newest page has not been read */
	BACKFILL_PAGING_LINKS,   /* each page links to the next */
	BACKFILL_PAGING_NUMBERS, /* ?paged=2 and on: the feed is from WordPress */
	BACKFILL_PAGING_GUESSED, /* the same, when nothing says that it is WordPress: worth one request */
	BACKFILL_PAGING_NONE     /* there is only the newest page */
};

/* The paging of feed, the newest page; *next is the URL of the page after it, owner's, or NULL with BACKFILL_PAGING_NONE. */
enum backfill_paging backfill_paging_of(void *owner, const struct feed *feed, const char *url, char **next);
/* The URL of the page after feed, which was requested as url; NULL when there is none. */
char *backfill_paging_next(void *owner, enum backfill_paging paging, const struct feed *feed, const char *url);
/* A hash of the ids of a page's entries, whatever their order; "" for none.  Belongs to owner. */
char *backfill_paging_hash(void *owner, const struct feed *feed);
