#pragma once
/*
 * backfill - the older pages of a source, down to its first post.
 *
 *   struct backfill *b = backfill_open(owner, in, source, err);
 *   while (b && b->next && backfill_turn(b, err))
 *           wait b->wait ms before the next turn;
 *
 * What it finds is archived: none of it is news, none is held, and no entry
 * that is there already changes.  Each page is stored in one transaction with
 * the address of the next, so a walk that was cut off at any moment goes on
 * where it was.  It ends at the oldest page, at a page that repeats, and at
 * the latest after BACKFILL_PAGES.
 */
#include "feeds/ingest/backfill_paging.h"
#include "feeds/ingest/ingest.h"

#define BACKFILL_PAGES 10000
/* So many pages in a row without an entry that this walk has not seen end it. */
#define BACKFILL_DULL 20

struct backfill {
	struct ingest *in;
	struct source *source;
	enum backfill_way way;
	const char *next;        /* URL of the page to read next; NULL: it has ended */
	int64_t pages, entries, fresh; /* read, shown, new to the archive; the newest page counts as one */
	int64_t dull;
	int64_t started, finished;
	int64_t completed;       /* when an earlier walk came to the end, or 0: then the first page of known entries ends this one */
	const char *error;       /* what stopped it last, or NULL */
	bool resumed;            /* it goes on where it was */
	int64_t wait;            /* ms until the next turn: what is polite, or what the server asked for */
	const char *waiting;     /* why it is more than that, in words, or NULL */
	int tries;               /* of this page, so far */
};

/* What the newest page, read for the first time, says of older ones: a walk begins there without another request. */
bool backfill_note(struct ingest *in, struct source *source, const struct feed *feed, const struct ingest_result *result, struct error *err);
/* Does the source show that it has older pages, which nobody has read to the end? */
bool backfill_waits(struct ingest *in, struct source *source, bool *waits, struct error *err);
/* How far the walk through its older pages has come, in words; "" when there was none.  Belongs to owner; NULL with err. */
char *backfill_describe(void *owner, struct db *db, const struct source *source, struct error *err);
/* The walk of a feed where it was, or from the newest page.  ERROR_INVALID: a file has no older pages. */
struct backfill *backfill_open(void *owner, struct ingest *in, struct source *source, struct error *err);
/* The same for documents that begin at first and name each the next, all of which are stored: an outbox. */
struct backfill *backfill_open_at(void *owner, struct ingest *in, struct source *source, const char *first, struct error *err);
/* Fetches the page b->next and takes it. */
bool backfill_turn(struct backfill *b, struct error *err);
/*
 * Takes an answer that the caller fetched for b->next (NULL: none came, as err says), and moves b on.  False: the walk
 * has stopped, as err says and the row remembers; it may be opened again.  True with the same b->next: try again
 * after b->wait.
 */
bool backfill_take(struct backfill *b, const struct http_response *response, struct error *err);
