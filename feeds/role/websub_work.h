#pragma once
/*
 * websub_work - the WebSub part of the loop of the role ingest: requests to hubs, and pushes to be read.
 */
#include "feeds/ingest/ingest.h"
#include "gateway/base/role/trial.h"

struct websub_work;

struct websub_work *websub_work_new(void *owner, struct ingest *in, struct error *err);
/* Sends the requests to hubs that are due and reads some pushes, as turn says.  *due: in how many ms there is more to do, -1 when nothing
 * will be.  False only for a database that cannot be used. */
bool websub_work(struct websub_work *work, enum trial_turn turn, int64_t *due, struct error *err);
