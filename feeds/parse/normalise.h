#pragma once
/*
 * normalise - makes what the archive needs from what a feed says (feeds/vocabulary/record.h).
 *
 * Only this decides between a description and a content, makes titles plain
 * text, and takes from the feed what an item leaves out.
 */
#include "feeds/parse/feed.h"

/* Fills feed from feed->record and feed->entries from feed->records; url is where the feed came from, or NULL. */
void normalise_feed(struct feed *feed, const char *url);
