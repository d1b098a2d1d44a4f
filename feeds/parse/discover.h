#pragma once
/*
 * discover - the feeds that an HTML page links to.
 */
#include <stdbool.h>
#include <stddef.h>

struct discovered {
	const char *url;   /* absolute */
	const char *title; /* or NULL */
	int rank;          /* lower is better */
};

/* The feeds of page (at url), best first: <link rel=alternate> before links that look like feeds, the site's feed
 * before feeds of comments, Atom and RSS alike in the page's order.  The array belongs to owner. */
struct discovered *discover_feeds(void *owner, const char *page, size_t size, const char *url, size_t *count);
/* Does this look like an HTML page and not like a feed? */
bool discover_is_page(const char *data, size_t size, const char *content_type);
