#pragma once
/*
 * websub_links - the hubs and the topic that a document names.
 *
 * W3C WebSub section 4: Link headers (RFC 8288) come first; what they do not
 * give is taken from the document: <link> in a page, links of a feed.
 */
#include "feeds/parse/feed.h"
#include "gateway/base/http/http.h"

struct websub_links {
	const char **hubs; /* the best first; each once */
	size_t hub_count;
	const char *self;  /* the topic; NULL: none is named */
};

/* The links of answer; feed is its body parsed, or NULL.  Belongs to owner. */
struct websub_links *websub_links(void *owner, const struct http_response *answer, const struct feed *feed);
/* Adds the links of one Link header; relative references are resolved with base. */
void websub_links_header(struct websub_links *links, const char *value, const char *base);
