#pragma once
/*
 * full_text_prefetch - fetches the pages of a feed's entries before the feed is stored.
 *
 * Storing a feed waits for each full text that was not prefetched, and one
 * slow site would delay all sources.  So the loop of the role ingest hands a
 * response whose entries need their pages to this module, and gets it back
 * when the pages are there or their time is over.
 */
#include "feeds/ingest/ingest.h"
#include "feeds/role/reading.h"

struct full_text_prefetch;

struct full_text_prefetch *full_text_prefetch_new(void *owner, struct ingest *in, struct helper_pool *pool, struct error *err);
/* Takes a document, with all that it holds, when there are pages to fetch first.  False: there are none, and all stays the caller's. */
bool full_text_prefetch_take(struct full_text_prefetch *prefetch, const struct fetched_document *document);
/*
 * Goes on fetching, for up to wait_ms.  True when a document is ready: what it holds is the caller's to free, and in->prefetched has its
 * articles until the next call.  *due: in how many ms there is more to do, -1 when nothing waits.
 */
bool full_text_prefetch_turn(struct full_text_prefetch *prefetch, int wait_ms, struct fetched_document *document, int64_t *due);
/* How many sources wait here; the id of one of them, from 0. */
size_t full_text_prefetch_count(const struct full_text_prefetch *prefetch);
int64_t full_text_prefetch_source(const struct full_text_prefetch *prefetch, size_t n);
