#pragma once
/*
 * full_text_ahead - the pages of a feed's entries, fetched before the feed is stored, beside all other fetches.
 *
 * For the role ingest: one slow site must not keep the others waiting.  An
 * answer whose entries want their pages is taken in here, and comes out when
 * the pages are there, or the time for them is over.
 */
#include "feeds/ingest/ingest.h"

struct full_text_ahead;

struct full_text_ahead *full_text_ahead_new(void *owner, struct ingest *in, struct error *err);
/* Takes source and its answer, and true, when there are pages to be fetched first; else they stay the caller's. */
bool full_text_ahead_take(struct full_text_ahead *ahead, struct source *source, struct http_response *response);
/*
 * Fetches on, for up to wait_ms.  What is ready comes back: *source (NULL: nothing is) and *response are the caller's to free
 * again, and ingest->ready holds the articles until the next call.  *due: in how many ms there is more to do, -1 when nothing waits.
 */
void full_text_ahead_turn(struct full_text_ahead *ahead, int wait_ms, struct source **source, struct http_response **response, int64_t *due);
/* Gives all claims back. */
void full_text_ahead_give_back(struct full_text_ahead *ahead);
