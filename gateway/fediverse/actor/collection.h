#pragma once
/*
 * collection - the lists that an actor document points to.
 *
 * The outbox has pages with whole Creates, so that a server shows the newest
 * posts as soon as somebody looks.  Of followers only the number is told.
 * NULL with err when db fails or, for pages, ERROR_NOT_FOUND beyond the last.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

json_t *collection_outbox(void *owner, struct db *db, const struct publication *p, struct error *err);
json_t *collection_outbox_page(void *owner, struct db *db, const struct publication *p, int64_t page, struct error *err);
json_t *collection_followers(void *owner, struct db *db, const struct publication *p, struct error *err);
/* The accounts that are its sources. */
json_t *collection_following(void *owner, struct db *db, const struct publication *p, struct error *err);
