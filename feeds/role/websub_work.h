#pragma once
/*
 * websub_work - the WebSub part of the loop of the role ingest: requests to hubs, and pushes, which helpers read.
 */
#include "feeds/helper/helper_pool.h"
#include "feeds/ingest/ingest.h"
#include "gateway/base/role/trial.h"

struct websub_work;

struct websub_work *websub_work_new(void *owner, struct ingest *in, struct helper_pool *pool, struct error *err);
/* Sends the requests to hubs that are due, gives some pushes to helpers, as turn says, and stores those that were read.  *due: in how
 * many ms there is more to do, -1 when nothing will be.  False only for a database that cannot be used. */
bool websub_work(struct websub_work *work, enum trial_turn turn, int64_t *due, struct error *err);
/* How many pushes are being read; one of them, from 0, and its source. */
size_t websub_work_count(const struct websub_work *work);
int64_t websub_work_push(const struct websub_work *work, size_t n);
int64_t websub_work_source(const struct websub_work *work, size_t n);
