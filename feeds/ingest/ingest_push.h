#pragma once
/*
 * ingest_push - reads what hubs have pushed (feeds/websub/websub_push.h) into the archive.
 */
#include "feeds/ingest/ingest.h"
#include "feeds/websub/websub_push.h"

struct ingest_parsed;

/* A push that is being read.  Its source is claimed meanwhile, so that no fetch stores the same entries at the same time. */
struct ingest_push {
	struct websub_push *push;
	struct websub *websub;
	struct source *source;
};

/*
 * Claims the next push that waits, one with crashes when suspects (websub_push_claim); *worked is false when there was none.  *claimed is
 * NULL when there is nothing in it to read.  Belongs to owner.  False only for a database that cannot be used.
 */
bool ingest_push_claim(void *owner, struct ingest *in, bool suspects, struct ingest_push **claimed, bool *worked, struct error *err);
/* Stores what was parsed of it.  When it could not be read, its source is fetched at once instead.  False as above. */
bool ingest_push_store(struct ingest *in, const struct ingest_push *push, const struct ingest_parsed *parsed, struct error *err);
