#pragma once
/*
 * source_actor - accounts of the fediverse as sources: what the verbs of `pennypost source` do with them.
 */
#include "feeds/ingest/ingest.h"
#include "gateway/cli/source.h"
#include "gateway/fediverse/remote/resolve.h"

/* May these be set for an account?  ERROR_INVALID for what makes no sense where posts are brought. */
bool source_actor_fits(const struct source_call *call, const struct source_settings *settings, struct error *err);
/* The account behind what was typed, as p may see it; NULL with err. */
struct resolved *source_actor_find(struct source_call *call, struct ingest *in, const struct publication *p, const char *typed, struct error *err);
/* Follows it as p, and archives what its outbox shows; the exit status. */
int source_actor_add(struct source_call *call, struct ingest *in, const struct publication *p, const struct source_settings *settings,
                     const struct resolved *actor, struct error *err);
/* Reads its outbox (again), where it was. */
int source_actor_backfill(struct source_call *call, struct ingest *in, struct source *source, struct error *err);
/* Removes it, and tells its server that nobody follows any more. */
bool source_actor_remove(struct db *db, const struct source *source, struct error *err);
