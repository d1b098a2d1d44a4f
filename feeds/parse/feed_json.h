#pragma once
/*
 * feed_json - a parsed feed as JSON, with everything that was read.
 *
 * The names are those of Python's feedparser: feed and entries, with title,
 * summary, content, links, authors, tags, published and published_parsed …;
 * HTML is cleaned.
 */
#include "feeds/parse/feed.h"
#include <stdio.h>

/* Writes one object and a line end. */
void feed_write_json(FILE *out, const struct feed *feed);
