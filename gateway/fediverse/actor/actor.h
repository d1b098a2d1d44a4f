#pragma once
/*
 * actor - a publication as other servers see it: the ActivityPub actor document.
 *
 * Served unsigned to everybody: a server that wants signed requests has to
 * fetch our key before it can check one, and two servers that both insist
 * would lock each other out.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

/* Reads the publication's keys from db.  NULL with err; belongs to owner. */
json_t *actor_document(void *owner, struct db *db, const struct publication *p, struct error *err);
