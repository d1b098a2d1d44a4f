#pragma once
/*
 * source_backfill - `pennypost source backfill`, and the end of `source add`.
 */
#include "feeds/ingest/backfill.h"
#include "gateway/cli/cli.h"

/* Walks to the source's older pages and tells how it went; the exit status.  Not asked for (it follows a first import): it
 * tries nothing of which the feed gives no sign. */
int source_backfill(struct cli *cli, struct ingest *in, struct source *source, bool asked);
/* Moves b on by a page. */
typedef bool source_turn(struct backfill *b, void *with, struct error *err);
/* Walks b to its end by turns, with a word on how it goes, and tells how it went; the exit status. */
int source_walk(struct backfill *b, source_turn *turn, void *with);
