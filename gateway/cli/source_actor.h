#pragma once
/*
 * source_actor - what the verbs of `pennypost source` do for an account of the fediverse.
 */
#include "feeds/ingest/ingest.h"
#include "gateway/cli/source.h"
#include "gateway/fediverse/remote/resolve.h"

/* May these be set for an account?  ERROR_INVALID for settings of fetching: its posts are delivered to the inbox. */
bool source_actor_fits(const struct source_call *call, const struct source_settings *settings, struct error *err);
/* Looks up the account that was typed, with requests signed by p; NULL with err. */
struct resolved *source_actor_find(struct source_call *call, struct ingest *in, const struct publication *p, const char *typed, struct error *err);
/* Follows it as p, and archives the posts in its outbox.  Returns the exit status. */
int source_actor_add(struct source_call *call, struct ingest *in, const struct publication *p, const struct source_settings *settings,
                     const struct resolved *actor, struct error *err);
/* Reads its outbox, from where it stopped.  Returns the exit status. */
int source_actor_backfill(struct source_call *call, struct ingest *in, struct source *source, struct error *err);
/* Removes it, and sends the Undo of the Follow. */
bool source_actor_remove(struct db *db, const struct source *source, struct error *err);
