#pragma once
/*
 * ingest_push - reads what hubs have pushed (feeds/websub/websub_push.h) into the archive.
 */
#include "feeds/ingest/ingest.h"

/*
 * Reads the next push that waits, one with crashes when suspects (websub_push_claim); *worked is false when there was none.  When a push cannot be read, its source is fetched at once
 * instead.  False only for a database that cannot be used.
 */
bool ingest_push(struct ingest *in, bool suspects, bool *worked, struct error *err);
