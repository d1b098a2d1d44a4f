#pragma once
/*
 * reading - the documents of the role ingest that helpers read (feeds/helper/helper_pool.h).
 *
 * The loop hands a response with a document to this module, and gets it back
 * with all that is made of it before it is stored.
 */
#include "feeds/helper/helper_pool.h"
#include "feeds/ingest/ingest_mail.h"
#include "gateway/base/http/http.h"

/* A response for a source; parsed is NULL until it was read, and when there is nothing to read. */
struct fetched_document {
	struct source *source;
	struct http_response *response;
	struct ingest_parsed *parsed;
	struct ingest_mail *mail; /* of a source whose mails are read one by one; else NULL */
};

struct reading;

struct reading *reading_new(void *owner, struct helper_pool *pool);
/* Takes source and response when there is something to read.  False: there is not, and both stay the caller's. */
bool reading_take(struct reading *reading, const struct fetched_document *document);
/* Takes source and mail, which is read as its next one. */
void reading_take_mail(struct reading *reading, const struct fetched_document *document);
/* A document that was read: its parts are the caller's to free.  False: there is none yet. */
bool reading_next(struct reading *reading, struct fetched_document *document);
/* What an answer says, which goes to it; of ERROR_PERMANENT when the helper has ended, and not the document is wrong.  Belongs to owner. */
struct ingest_parsed *reading_parsed(void *owner, struct helper_answer *answer);
/* Does so much wait here that no more responses should be awaited? */
bool reading_is_full(const struct reading *reading);
/* How many sources wait here; the id of one of them, from 0. */
size_t reading_count(const struct reading *reading);
int64_t reading_source(const struct reading *reading, size_t n);
/* The row of its mail, as struct ingest_mail has it; 0: it has none. */
int64_t reading_mail(const struct reading *reading, size_t n);
