#pragma once
/*
 * backfill_row - the rows of a walk through older pages (007-backfill.sql).  For backfill.c.
 */
#include "feeds/ingest/backfill.h"

/* Fills b from the row of its source; without one b stays as it is. */
bool backfill_row_read(struct backfill *b, struct error *err);
/* A new walk, over any old one, with what b holds; its completed time stays. */
bool backfill_row_begin(struct backfill *b, struct error *err);
/* Remembers a page; *repeat: another one showed the same entries. */
bool backfill_row_page(struct backfill *b, const char *url, const char *mark, bool *repeat, struct error *err);
/* Was this address read before? */
bool backfill_row_seen(struct backfill *b, const char *url, bool *seen, struct error *err);
/* Writes what b holds, as long as the row's next page is still at.  ERROR_TEMPORARY: another process has moved it. */
bool backfill_row_write(struct backfill *b, const char *at, struct error *err);
