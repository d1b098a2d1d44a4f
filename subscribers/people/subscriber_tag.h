#pragma once
/*
 * subscriber_tag - what the owner calls people; two spellings of one tag are one (text_tag).
 */
#include "gateway/base/db/db.h"

enum { SUBSCRIBER_TAGS_MAX = 200 };

/* Adds a tag; import is the one that brought it, or 0.  One that is there keeps its spelling.  ERROR_INVALID: nothing is left of it, or there are
 * too many. */
bool subscriber_tag_add(struct db *db, int64_t subscriber, const char *tag, int64_t import, struct error *err);
/* Removing one that is not there is no error. */
bool subscriber_tag_remove(struct db *db, int64_t subscriber, const char *tag, struct error *err);
/* All of somebody, by their slugs; array belongs to owner, its length is talloc_array_length. */
bool subscriber_tags(void *owner, struct db *db, int64_t subscriber, char ***tags, struct error *err);
