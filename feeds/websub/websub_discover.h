#pragma once
/*
 * websub_discover - what a fetch changes in the subscription of its source.
 *
 * Discovery (W3C WebSub section 4): a fetched document names its hubs and its
 * topic.  A new hub gets a row, from which websub_subscriber.h sends the
 * request; a hub that is no longer named is unsubscribed from.
 */
#include "feeds/parse/feed.h"
#include "feeds/websub/websub.h"
#include "gateway/base/config/config.h"
#include "gateway/base/http/http.h"

/* A fetched document. */
struct websub_document {
	const struct http_response *response;
	const struct feed *feed; /* parsed from it */
	size_t fresh;            /* how many of its entries were new here; 0 for a first import */
};

/* Updates the row of source's subscription.  New entries that the hub did not push mean that polls are needed again: pushed_until is
 * written to source and to its row. */
bool websub_discover(struct db *db, const struct config *config, struct source *source, const struct websub_document *document, struct error *err);
