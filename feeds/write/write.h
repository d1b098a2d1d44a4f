#pragma once
/*
 * write - feeds going out: RSS 2.0 and Atom 1.0.
 *
 * The caller has asked the gate: each entry holds just what the reader of
 * this feed may see.  The same entries give the same bytes, so that a
 * validator of the answer stays true.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"
#include <stdio.h>

struct feed_out {
	const struct publication *publication;
	const char *self;       /* URL that this feed is served at */
	int64_t updated;        /* when anything in it last changed */
	struct entry **entries; /* newest first */
	const bool *cut;        /* per entry: only its opening is here */
	size_t count;
};

void write_rss(FILE *out, const struct feed_out *feed);
void write_atom(FILE *out, const struct feed_out *feed);
/* The id of an entry in every feed: a tag URI (RFC 4151) that survives a change of slug or scheme.  Belongs to owner. */
char *write_entry_id(void *owner, const struct publication *p, const struct entry *entry);
