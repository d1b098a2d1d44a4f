#pragma once
/*
 * settle - from what a feed says (feeds/vocabulary/record.h) to what the archive needs.
 *
 * The one place that decides between a description and a content, makes
 * titles plain, and fills in from the feed what an item leaves out.
 */
#include "feeds/parse/feed.h"

/* Fills feed from feed->record and feed->entries from feed->records; url is where it came from, or NULL. */
void settle_feed(struct feed *feed, const char *url);
