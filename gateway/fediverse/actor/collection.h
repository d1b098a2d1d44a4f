#pragma once
/*
 * collection - the collections of an actor: outbox, followers, following, featured.
 *
 * The pages of the outbox contain whole Create activities, so that another
 * server can show the newest posts when somebody opens the profile.  The
 * followers collection has only totalItems.  NULL with err when db fails, or
 * with ERROR_NOT_FOUND for a page after the last.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

json_t *collection_outbox(void *owner, struct db *db, const struct publication *p, struct error *err);
json_t *collection_outbox_page(void *owner, struct db *db, const struct publication *p, int64_t page, struct error *err);
json_t *collection_followers(void *owner, struct db *db, const struct publication *p, struct error *err);
/* The accounts that it follows as sources. */
json_t *collection_following(void *owner, struct db *db, const struct publication *p, struct error *err);
/* Posts that stay on top of its profile: there are none, which is said, because servers ask for them. */
json_t *collection_featured(void *owner, const struct publication *p);
