#pragma once
/*
 * ingest_source - fetches a source and stores what is new.
 *
 * ingest_source does all of it for one source and waits.  A caller that has
 * many requests under way uses the steps: ingest_source_start,
 * ingest_source_settle, ingest_source_record.
 */
#include "feeds/ingest/ingest.h"
#include "feeds/ingest/ingest_mail.h"
#include "gateway/base/role/role.h"

/* Fetches source, which is claimed, and stores what is new; its row is written either way.  False: err and the row say what failed. */
bool ingest_source(struct ingest *in, struct source *source, struct ingest_result *result, struct error *err);

/* A file is read, not fetched; so is a folder of mails. */
bool ingest_source_is_file(const struct source *source);
/* Queues the request for a source.  About once a day it is unconditional, because some servers do not count a deletion as a change. */
bool ingest_source_start(struct ingest *in, struct source *source, struct error *err);
/*
 * Reads the file, or the response for another source (NULL: none could be requested, as err says), and stores what is new.
 * Changes the fields of source but does not write its row.
 */
bool ingest_source_settle(struct ingest *in, struct source *source, const struct http_response *response, struct ingest_result *result,
                          struct error *err);
/* The same for a source of mails, with its next one and in->parsed; NULL: there is none, or the folder could not be read, as err says. */
bool ingest_source_settle_mail(struct ingest *in, struct source *source, const struct ingest_mail *mail, struct ingest_result *result, struct error *err);
/* Writes the row and tells the owner what it must know.  previous: its last_fetch before this one. */
bool ingest_source_record(struct ingest *in, const struct source *source, int64_t previous, struct error *err);
