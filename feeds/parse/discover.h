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

/* The feeds of page (at url), best first: links with the type of a feed before those with one that feeds share with others
 * (text/xml, application/json), before links that only look like feeds; the site's feed before feeds of comments, Atom and RSS
 * alike in the page's order.  Not each need be a feed, or be there.  The array belongs to owner. */
struct discovered *discover_feeds(void *owner, const char *page, size_t size, const char *url, size_t *count);
/* Adds the feeds that a Link header (RFC 8288) of url names to an array of discover_feeds, which belongs to owner. */
void discover_header(void *owner, struct discovered **all, size_t *count, const char *value, const char *url);
/* Where sites that name no feed usually have one: paths, NULL behind the last. */
const char *const *discover_usual(void);
/* The address that was typed or listed, without blanks around it and without the scheme by which browsers hand a feed over:
 * "feed://host/", "feed:https://host/", "pcast://host/".  Belongs to owner. */
char *discover_address(void *owner, const char *typed);
/* Does this look like an HTML page and not like a feed? */
bool discover_is_page(const char *data, size_t size, const char *content_type);
