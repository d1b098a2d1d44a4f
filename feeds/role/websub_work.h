#pragma once
/*
 * websub_work - what the role ingest does for WebSub, beside its fetches.
 */
#include "feeds/ingest/ingest.h"

struct websub_work;

struct websub_work *websub_work_new(void *owner, struct ingest *in, struct error *err);
/* Asks hubs, and reads what they pushed.  *due: in how many ms there is more to do, -1 when nothing will be.  False only
 * for a database that cannot be used. */
bool websub_work(struct websub_work *work, int64_t *due, struct error *err);
