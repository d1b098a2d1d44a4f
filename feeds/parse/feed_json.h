#pragma once
/*
 * feed_json - a parsed feed as JSON: all that it says, for those who want to see what we understood.
 *
 * The names are those that feed parsers share: feed and entries, with title,
 * summary, content, links, authors, tags, published and published_parsed …;
 * values of HTML are clean.
 */
#include "feeds/parse/feed.h"
#include <stdio.h>

/* One object and a line end. */
void feed_write_json(FILE *out, const struct feed *feed);
