#pragma once
/*
 * tag_move - tags of a database from before they kept the letters of all scripts.
 *
 * SQL cannot fold those letters, so what the schema prepares is done here,
 * once, by whoever opens the database first.  The old addresses of tags are kept,
 * and lead to the new ones.
 */
#include "gateway/base/db/db.h"

/* Nothing when there is nothing to do, which costs a look at an empty index. */
bool tag_move(struct db *db, struct error *err);
/* The slug that the page of a tag has now that was at slug; of several tags that shared it the one that was used last.  ERROR_NOT_FOUND
 * when no live entry has one of them.  Belongs to owner. */
bool tag_moved(void *owner, struct db *db, int64_t publication, const char *slug, char **moved_to, struct error *err);
