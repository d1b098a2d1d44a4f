#pragma once
/*
 * origin - posts that come back: ours, and copies of what the archive has from elsewhere.
 *
 * Two instances that read each other would copy each other's posts without
 * end.  So what we write names where each post was first (feeds/write/ and the
 * objects of the fediverse), and here it is recognised when it returns,
 * through however many others it went.
 */
#include "feeds/parse/feed.h"
#include "gateway/archive/store/publication.h"

/* ERROR_INVALID when feed was written by a publication of this database, whatever URL it came from.  A feed of another program on the
 * same host is none of ours. */
bool origin_check_feed(struct db *db, const struct feed *feed, struct error *err);
/* ERROR_INVALID when url is on the host of a publication of this database, or on one where it was. */
bool origin_check_url(struct db *db, const char *url, struct error *err);
/*
 * The entry of p that e is: because its origin, link or id is the URL of that entry here, or because its origin is the link of that entry
 * and title or date are equal.  0: none.
 */
bool origin_entry(struct db *db, const struct publication *p, const struct entry *e, int64_t *id, struct error *err);
