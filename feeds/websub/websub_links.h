#pragma once
/*
 * websub_links - which hubs a document names, and what it calls itself there.
 *
 * W3C WebSub section 4: Link headers (RFC 8288) speak first; what they leave
 * open, the document may say: <link> in a page, links of a feed.
 */
#include "feeds/parse/feed.h"
#include "gateway/base/http/http.h"

struct websub_links {
	const char **hubs; /* the best first; each once */
	size_t hub_count;
	const char *self;  /* the topic; NULL: it names none */
};

/* What answer names; feed is its body parsed, or NULL.  Belongs to owner. */
struct websub_links *websub_links(void *owner, const struct http_response *answer, const struct feed *feed);
/* Adds what one Link header says; relative references start from base. */
void websub_links_header(struct websub_links *links, const char *value, const char *base);
