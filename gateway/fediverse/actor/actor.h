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
