#pragma once
/*
 * object - entries as the fediverse sees them: objects, and the activities that carry them.
 *
 * An entry is a Note without name and summary, because the large servers
 * fold a text behind those or show nothing but a title.  Everything comes
 * from the gate's view for anybody, so an object cannot hold what is for
 * subscribers.  Documents belong to owner.
 */
#include "gateway/fediverse/document/jsonld.h"
#include "subscribers/gate/gate.h"

/* Whole documents above 64 KiB are lost at some servers: a longer text is cut at a block, with a link to the rest. */
#define OBJECT_MAX_CONTENT (48u << 10)

/* Without a context of its own, to be put into an activity; NULL when nobody may see it. */
json_t *object_note(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry);
/* What stays of a withdrawn entry. */
json_t *object_tombstone(void *owner, const struct publication *p, const struct entry *entry);
/* The same to be fetched by its id, with its context. */
json_t *object_with_context(void *owner, const json_t *object);

/* Activities; NULL when nobody may see the entry.  number makes the id of an Update its own. */
json_t *object_create(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry);
json_t *object_update(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry, int64_t number);
json_t *object_delete(void *owner, const struct publication *p, const struct entry *entry);
/* The answer to a Follow of actor with that id (NULL: it had none), which is embedded. */
json_t *object_accept(void *owner, const struct publication *p, const char *follow, const char *actor);
