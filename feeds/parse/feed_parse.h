#pragma once
/*
 * feed_parse - from the bytes of a document to a feed.
 *
 * Decodes and repairs the document, recognises its dialect (recognise.c has
 * the table, one file reads each) and normalises what was read, the same item
 * twice as one.  A document
 * that is not well-formed is read as far as possible and marked as broken.
 */
#include "feeds/parse/feed.h"

/*
 * The feed in data, a talloc object of owner's.  content_type is the value of the header or NULL; url is where data came
 * from, the default base of relative links, or NULL.  NULL with ERROR_INVALID when data is not a feed: the text says
 * what it seems to be ("an HTML page", "empty").
 */
struct feed *feed_parse(void *owner, const void *data, size_t size, const char *content_type, const char *url, struct error *err);
/* What to show of a document that feed_parse refuses because it has no element, only what XML has around one, comments for example: a broken
 * feed of the format "" without entries.  NULL for any other, also for an empty one.  Belongs to owner. */
struct feed *feed_parse_hollow(void *owner, const void *data, size_t size, const char *content_type);
