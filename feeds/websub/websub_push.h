#pragma once
/*
 * websub_push - what hubs push: kept by the role web, read by the role ingest.
 *
 * A hub waits only seconds for our answer, so a push is stored as it came
 * and answered; it is parsed later, as if it had been fetched.
 */
#include "feeds/ingest/ingest.h"
#include "feeds/websub/websub.h"

enum websub_reception {
	WEBSUB_KEPT,   /* it will be read; or the source is fetched instead */
	WEBSUB_FORGED, /* no good signature: counted, and that is all */
	WEBSUB_NOBODY, /* no such callback */
	WEBSUB_OVER    /* there was one, and the hub is to stop */
};

struct websub_delivery {
	const char *signature;    /* X-Hub-Signature, or NULL */
	const char *content_type; /* or NULL */
	const void *body;
	size_t size;
};

/* Takes what was posted to the callback of token; what is to be kept is committed. */
bool websub_push_take(struct db *db, const char *token, const struct websub_delivery *delivery, enum websub_reception *reception, struct error *err);
/* How many pushes of this subscription wait to be read. */
bool websub_push_waiting(struct db *db, int64_t websub, int64_t *count, struct error *err);
/* Reads the next push that waits into the archive; *worked is false when there was none.  A push that makes no sense has
 * its source fetched at once; false only for a database that cannot be used. */
bool websub_push_read(struct ingest *in, bool *worked, struct error *err);
/* When there is one to read, in ms from now: -1 when none waits. */
bool websub_push_next_due(struct db *db, int64_t *ms, struct error *err);
