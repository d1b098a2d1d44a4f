#pragma once
/*
 * full_text_fetch - fetches the pages of entries and finds the articles in them.
 *
 * Requests keep to the rate limit of each host and use the source's proxy.  A
 * source gets so many pages and so much time for one poll.  When a page gives
 * no article, the entry keeps the text of the feed.
 */
#include "feeds/ingest/ingest.h"

/* The limits of one poll. */
enum { FULL_TEXT_PAGES = 10, FULL_TEXT_SECONDS = 20 };

/* The articles of some pages, by their links. */
struct full_texts {
	const char **links;
	char **articles;    /* clean HTML; NULL where a page gave none */
	size_t count;
};

struct full_text_poll {
	struct ingest *in;
	const struct source *source;
	int pages;          /* requested so far */
	int64_t deadline;   /* of clock_steady; 0: none was requested */
};

/* Fetches the page at link and waits for it.  The clean article, or NULL. */
char *full_text_fetch(void *owner, struct full_text_poll *poll, const char *link);

/* The same in steps, for a caller that fetches several pages at once (full_text_prefetch.h). */
struct http_client *full_text_client(void *owner, const struct config *config, struct error *err);
/* Queues the request for a page, with a time limit of at most left_ms. */
bool full_text_start(struct http_client *client, const struct source *source, const char *link, int64_t left_ms, void *tag, struct error *err);
/* The clean article in a page, or NULL.  type is its Content-Type or NULL. */
char *full_text_clean(void *owner, const char *page, size_t size, const char *type, const char *url);
/* Logs that the page at link gave no article. */
void full_text_missed(const struct source *source, const char *link, const char *why);
/* The clean article in the response for link; NULL, and a line in the log, when there is none. */
char *full_text_article(void *owner, const struct source *source, const char *link, struct http_response *response);
