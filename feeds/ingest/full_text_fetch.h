#pragma once
/*
 * full_text_fetch - the articles behind the links of one fetch's entries.
 *
 * Each page is asked for in its host's turn, by the source's proxy; a source
 * is given so many pages and so much time for one poll.  Whatever a page does
 * not give, the feed's own text stands for.
 */
#include "feeds/ingest/ingest.h"

/* What one poll may take. */
enum { FULL_TEXT_PAGES = 10, FULL_TEXT_SECONDS = 20 };

struct full_text_poll {
	struct ingest *in;
	const struct source *source;
	int pages;          /* asked for so far */
	int64_t deadline;   /* of clock_steady; 0: none was asked for */
};

/* The clean article at link, or NULL.  Waits for it. */
char *full_text_fetch(void *owner, struct full_text_poll *poll, const char *link);

/* The same in steps, for who waits for several at once (full_text_ahead.h). */
struct http_client *full_text_client(void *owner, const struct config *config, struct error *err);
/* Queues the request for a page, which may take left_ms at the most. */
bool full_text_start(struct http_client *client, const struct source *source, const char *link, int64_t left_ms, void *tag, struct error *err);
/* The clean article in what came for link; NULL, and a line in the log, when there is none. */
char *full_text_article(void *owner, const struct source *source, const char *link, struct http_response *response);
