#pragma once
/*
 * ingest_discover - finds the feed behind what a person typed.
 */
#include "feeds/ingest/ingest.h"

/*
 * The URL of the feed for typed: the URL of a feed, with or without its scheme or with one as "feed:"; that of a page, whose links
 * and Link header are followed until one leads to a feed, and which is asked for feeds in the usual places when it names none; or
 * the path of a file (which becomes a file:// URL).
 * The request uses settings' headers and proxy.  Belongs to owner; NULL with err that says what was found there instead, or that
 * the feed is at another origin, which must not get those headers.  A feed that was fetched is kept in in->discovered, so that the
 * first ingest_source need not fetch it again.
 */
char *ingest_discover(void *owner, struct ingest *in, const char *typed, const struct source_settings *settings, struct error *err);
