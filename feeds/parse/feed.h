#pragma once
/*
 * feed - a parsed feed: what it says of itself, and its entries.
 *
 * feed_parse takes any dialect (recognise.c has the table, one file reads
 * each) and gives the same struct.  Text is UTF-8, titles are plain text,
 * content and summary are HTML as the source gave it (feeds/clean/clean.h makes it
 * safe), links are absolute.  What is not well-formed is read anyway and
 * marked.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/base/text/error.h"

/* A larger document is refused; the HTTP client asks for no more. */
#define FEED_MAX_SIZE (16u << 20)
/* What comes after so many entries is left out, and the feed counts as broken. */
#define FEED_MAX_ENTRIES 20000

struct record;
struct record_deleted;

struct feed {
	const char *format;      /* "rss20", "rss10", "atom10", … */
	const char *encoding;    /* that it was decoded from */
	const char *title;       /* plain text */
	const char *summary;     /* description or subtitle, HTML */
	const char *link;        /* the site */
	const char *id;          /* atom:id */
	const char *self;        /* URL that it calls its own */
	const char **hubs;       /* WebSub */
	size_t hub_count;
	const char *next;        /* the page after this one, RFC 5005 section 3 and what other formats have of the kind */
	const char *previous;    /* the archive document before this one, RFC 5005 section 4 */
	const char *current;     /* in an archive document: the feed itself */
	bool complete;           /* these are all entries that there are, RFC 5005 section 2 */
	bool archive;            /* this document never changes */
	struct record_deleted *deleted; /* entries that are no more */
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
	uint32_t skip_hours;     /* bit per hour (UTC) in which it wants no visit */
	uint8_t skip_days;       /* bit per day of the week, Sunday 0 */
	bool broken;
	const char *wrong;       /* what was broken first, when broken */
	struct entry **entries;
	size_t count;
	struct record *record;   /* all that it says, as it stands (feeds/vocabulary/record.h) */
	struct record **records; /* records[i] is what entries[i] was made of */
};

/*
 * The feed in data, a talloc object of owner's.  content_type is a header's value or NULL; url is where data came
 * from, the last base of relative links, or NULL.  NULL with ERROR_INVALID when data is no feed at all: the text says
 * what it seems to be ("an HTML page", "empty").
 */
struct feed *feed_parse(void *owner, const void *data, size_t size, const char *content_type, const char *url, struct error *err);
/* Where the relative links of entries[i]'s content and summary start from: its xml:base, else its link, else where the
 * feed came from; NULL when there is none of these.  Belongs to feed. */
const char *feed_base(const struct feed *feed, size_t i);
