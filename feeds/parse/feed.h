#pragma once
/*
 * feed - a parsed feed: what it says about itself, and its entries.
 *
 * The same struct for every dialect; feed_parse.h makes it.  Text is UTF-8,
 * titles are plain text, content and summary are HTML as the source gave it
 * (feeds/clean/clean.h makes it safe), links are absolute.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/base/text/error.h"

/* A larger document is refused; the HTTP client downloads no more than this. */
#define FEED_MAX_SIZE (16u << 20)
/* Entries beyond this number are dropped, and the feed counts as broken. */
#define FEED_MAX_ENTRIES 20000

struct record;
struct record_deleted;

struct feed {
	const char *format;      /* "rss20", "rss10", "atom10", … */
	const char *encoding;    /* of the document before it was decoded */
	const char *title;       /* plain text */
	const char *summary;     /* description or subtitle, HTML */
	const char *link;        /* the site */
	const char *id;          /* atom:id */
	const char *self;        /* URL that the feed names as its own */
	const char **hubs;       /* WebSub */
	size_t hub_count;
	const char *next;        /* the page after this one: RFC 5005 section 3 and its equivalents in other formats */
	const char *previous;    /* the archive document before this one, RFC 5005 section 4 */
	const char *current;     /* in an archive document: the feed itself */
	bool complete;           /* no other entries exist, RFC 5005 section 2 */
	bool archive;            /* this document never changes */
	bool firm_ids;           /* an id is for ever: nothing with another id is the same entry, corrected */
	struct record_deleted *deleted; /* tombstones, RFC 6721 */
	size_t deleted_count;
	const char *language;
	const char *generator;
	const char *rights;
	struct entry_person *authors;
	size_t author_count;
	const char **tags;
	size_t tag_count;
	struct entry_image image;
	int64_t published, updated; /* ms, 0: not said */
	const char *published_text, *updated_text;
	int ttl;                 /* minutes, 0: not said */
	int64_t update_every;    /* ms, as sy:updatePeriod says; 0: not said */
	uint32_t skip_hours;     /* bit per hour (UTC) in which it should not be polled */
	uint8_t skip_days;       /* bit per day of the week, Sunday 0 */
	bool broken;
	const char *wrong;       /* the first fault, when broken */
	bool lost;               /* it has tags of entries, but none was found: not to be taken for a feed without any */
	struct entry **entries;
	size_t count;
	struct record *record;   /* everything the feed says, not normalised (feeds/vocabulary/record.h) */
	struct record **records; /* entries[i] was made from records[i] */
};

/* A record for one more entry; NULL when the feed has as many as it may. */
struct record *feed_add_record(struct feed *feed);
/* The base URL of the relative links in entries[i]'s content and summary: its xml:base, else its link, else the URL that
 * the feed came from; NULL when there is none of these.  Belongs to feed. */
const char *feed_base(const struct feed *feed, size_t i);
