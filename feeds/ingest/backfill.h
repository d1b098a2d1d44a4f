#pragma once
/*
 * backfill - reads the older pages of a source, down to its first post.
 *
 *   struct backfill *b = backfill_open(owner, in, source, err);
 *   while (b && b->progress.next && backfill_turn(b, err))
 *           wait b->wait ms before the next turn;
 *
 * What it finds is archived: none of it is news, none is held, and no entry
 * that is there already changes.  Each page is stored in one transaction with
 * the URL of the next, so an interrupted backfill goes on where it was.  It
 * ends at the oldest page, at a page that repeats, and at the latest after
 * BACKFILL_PAGES.
 */
#include "feeds/ingest/backfill_progress.h"
#include "feeds/ingest/ingest.h"

#define BACKFILL_PAGES 10000
/* So many pages in a row without an entry that this backfill has not seen end it. */
#define BACKFILL_REPEATS 20

struct backfill {
	struct ingest *in;
	struct source *source;
	struct backfill_progress progress;
	bool resumed;            /* it goes on where an earlier one was interrupted */
	bool again;              /* entries of the page that is next may be stored already, by a run that ended before it had noted the page */
	int64_t wait;            /* ms until the next turn: the usual pause, or what the server asked for */
	const char *waiting;     /* why it is longer than usual, as text, or NULL */
	int tries;               /* of this page, so far */
};

/* Resumes the backfill of a feed, or starts at its newest page.  ERROR_INVALID: a file has no older pages. */
struct backfill *backfill_open(void *owner, struct ingest *in, struct source *source, struct error *err);
/* The same for a chain of documents that starts at first and is stored from there on: an outbox. */
struct backfill *backfill_open_at(void *owner, struct ingest *in, struct source *source, const char *first, struct error *err);
/* Fetches the page b->progress.next and takes it. */
bool backfill_turn(struct backfill *b, struct error *err);
/*
 * Takes the response that the caller fetched for b->progress.next (NULL: there is none, as err says), and goes on to the next page.
 * False: the backfill has stopped, as err says and the row remembers; it may be opened again.  True with the same next page: try
 * again after b->wait.
 */
bool backfill_take(struct backfill *b, const struct http_response *response, struct error *err);
