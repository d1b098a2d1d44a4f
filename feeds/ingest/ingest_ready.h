#pragma once
/*
 * ingest_ready - entries with all that takes time to make of them, so that a transaction only writes rows.
 *
 * Cleans the HTML, names the author, makes the hash by which revisions are
 * found and what the archive derives from the text.  Needs no database: a
 * process without one does it for the role ingest (feeds/helper/), and a
 * command does it itself.
 */
#include "feeds/parse/feed.h"
#include "feeds/source/source.h"
#include "gateway/archive/picture/picture.h"
#include "gateway/archive/store/archive_text.h"

struct ingest_ready {
	size_t at;                 /* in the feed */
	struct entry *entry;       /* as the archive stores it; its content is clean and not NULL */
	const char *hash;          /* of the text that the source shows */
	struct archive_text *text; /* NULL while nothing is to be stored of it */
	struct picture *pictures;  /* those that were in its texts */
	size_t picture_count;
};

/* A document that was parsed before it is stored. */
struct ingest_parsed {
	struct feed *feed;          /* NULL: it could not be read, as err says */
	struct ingest_ready *ready; /* of each entry of feed */
	struct error err;
};

/* Of every entry of feed.  Of source only its URL, kind, title and the access of its new entries count.  Belongs to owner, and uses
 * strings of feed and source. */
struct ingest_ready *ingest_ready_make(void *owner, const struct source *source, const struct feed *feed);
/* Of entry at alone, without text; published is its date (ingest_ready_dates). */
struct ingest_ready ingest_ready_entry(void *owner, const struct source *source, const struct feed *feed, size_t at, int64_t published);
/* content after its content warning.  Belongs to owner. */
char *ingest_ready_warned(void *owner, const char *warning, const char *content);
/*
 * When each entry of feed was published.  What it says, if that is credible; else a time between those of the dated entries beside it in
 * the feed, so that an old post does not become the newest one.  Entries above all that have a date were published when they are seen first:
 * now; in a first import, just after the next one with a date, or else at the date of the feed.  Belongs to owner.
 */
int64_t *ingest_ready_dates(void *owner, const struct source *source, const struct feed *feed);
