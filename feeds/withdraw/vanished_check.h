#pragma once
/*
 * vanished_ask - asks the pages of entries that are missing whether they are gone.  For the role ingest, beside its fetches.
 */
#include "feeds/ingest/ingest.h"

struct vanished_asker;

struct vanished_asker *vanished_asker_new(void *owner, struct ingest *in, struct error *err);
/* Asks a few of those that are due, each host in its turn, and takes what has come.  *due: in how many ms there is more to do, -1
 * when nothing will be.  False only for a database that cannot be used. */
bool vanished_asker_turn(struct vanished_asker *asker, int64_t *due, struct error *err);
