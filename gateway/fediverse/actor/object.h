#pragma once
/*
 * object - entries as ActivityPub objects, and the activities that contain them.
 *
 * An entry is a Note without a name, and with a summary only for a content
 * warning: the large servers collapse the content behind a summary, and show
 * only the title of what has a name.  All content is the gate's view for
 * anybody, so an object cannot contain what is for subscribers.  Documents
 * belong to owner.
 */
#include "gateway/fediverse/document/jsonld.h"
#include "subscribers/gate/gate.h"

/* Some servers drop documents above 64 KiB: a longer text is cut at a block, with a link to the rest. */
#define OBJECT_MAX_CONTENT (48u << 10)

/* Without @context, to be embedded in an activity; NULL when not everybody may see it. */
json_t *object_note(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry);
/* The object of a withdrawn entry. */
json_t *object_tombstone(void *owner, const struct publication *p, const struct entry *entry);
/* A copy of object with @context, to be served under its id. */
json_t *object_with_context(void *owner, const json_t *object);

/* Activities; NULL when not everybody may see the entry.  number makes the id of each Update unique. */
json_t *object_create(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry);
json_t *object_update(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry, int64_t number);
json_t *object_delete(void *owner, const struct publication *p, const struct entry *entry);
/* The Accept of a Follow from actor, with the Follow embedded; follow is its id (NULL: it had none). */
json_t *object_accept(void *owner, const struct publication *p, const char *follow, const char *actor);
