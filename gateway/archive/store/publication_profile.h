#pragma once
/*
 * publication_profile - what a publication shows of itself beside its words: its icon, its header picture, its other accounts.
 *
 * Pages, feeds and the actor document show the pictures from /media, as those
 * of posts.  Telling followers is the caller's (plan_profile).
 */
#include "gateway/archive/picture/picture.h"
#include "gateway/base/db/db.h"

enum publication_picture_use { PUBLICATION_ICON, PUBLICATION_HEADER, PUBLICATION_PICTURES };

/* Mastodon takes no larger picture of an account: bytes, and pixels in all. */
#define PUBLICATION_PICTURE_MAX (2u << 20)
enum { PUBLICATION_PICTURE_PIXELS = 4096 * 4096 };

/* Of size bytes at data, which are borrowed; the rest belongs to owner.  ERROR_INVALID says why they cannot be one: only a PNG, JPEG, WebP
 * or GIF can, which all browsers, feed readers and servers show. */
bool publication_picture_make(void *owner, const void *data, size_t size, struct picture *picture, struct error *err);
/* Shows it from now on; NULL: none.  The one before goes with the next picture_rows_sweep, if nothing else shows it.  It counts for what
 * pictures may take in all, but is kept even where that is full, because the owner asks for it by name. */
bool publication_set_picture(struct db *db, int64_t id, enum publication_picture_use use, const struct picture *picture, struct error *err);

enum { PUBLICATION_ALIASES = 10 };
/* The accounts elsewhere that may Move their followers to this publication: ids of actors, each a URL; a single "" for none.  They replace those
 * before.  ERROR_INVALID names the wrong one. */
bool publication_set_also_known_as(struct db *db, int64_t id, const char *const *urls, size_t count, struct error *err);
