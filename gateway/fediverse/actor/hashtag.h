#pragma once
/*
 * hashtag - the tags of an entry as hashtags of the fediverse.
 *
 * A hashtag is letters, digits and "_", not digits alone: elsewhere it would
 * end at any other sign, or be none.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"
#include <stdio.h>

struct hashtag {
	const char *name; /* "#tideTables" */
	const char *href; /* the page of the tag here */
};

/* Those of the entry that can be written so, no name twice; an array of owner's, its length is talloc_array_length. */
struct hashtag *hashtags_of(void *owner, const struct publication *p, const struct entry *entry);
/* Writes as a paragraph of links those that html does not mention: some servers show only what stands in the text.  Nothing when it has all. */
void hashtags_write(FILE *out, const struct hashtag *all, const char *html);
