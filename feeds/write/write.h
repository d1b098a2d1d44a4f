#pragma once
/*
 * write - the feeds of a publication: RSS 2.0 and Atom 1.0.
 *
 * The caller has asked the gate: each entry has only what the reader of this
 * feed may see.  The same entries give the same bytes, so that an ETag of
 * the response remains valid.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"
#include <stdio.h>

struct feed_out {
	const struct publication *publication;
	const char *self;       /* URL of this feed */
	int64_t updated;        /* ms, the last change in it; 0: never */
	struct entry **entries; /* newest first */
	const bool *cut;        /* per entry: content is only its beginning */
	size_t count;
};

void write_rss(FILE *out, const struct feed_out *feed);
void write_atom(FILE *out, const struct feed_out *feed);
/* The id of an entry in both formats: a tag URI (RFC 4151), which does not change with the slug or the scheme.  Belongs to
 * owner. */
char *write_entry_id(void *owner, const struct publication *p, const struct entry *entry);
