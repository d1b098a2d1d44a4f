#pragma once
/*
 * actor - a publication as other servers see it: the ActivityPub actor document.
 *
 * Served to unsigned requests too: a server that requires signatures must
 * fetch our key before it can verify one, and two such servers would
 * otherwise lock each other out.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

/* Reads the publication's keys from db.  NULL with err; belongs to owner. */
json_t *actor_document(void *owner, struct db *db, const struct publication *p, struct error *err);
/* The Update of it to all who follow; number tells it from others.  The same otherwise. */
json_t *actor_update(void *owner, struct db *db, const struct publication *p, int64_t number, struct error *err);
/* The Delete of it, when it has ended: nobody who knows it keeps anything of it. */
json_t *actor_delete(void *owner, const struct publication *p);
