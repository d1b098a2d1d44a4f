#pragma once
/*
 * match - which entries of the archive a feed shows, and which of its entries are new.
 *
 * Looks a feed's identities up, all of them together: the firm keys of every
 * entry first, then what the rest may be, each entry of the archive once.
 * Keys that mean another entry are taken away, so that archive_store finds by
 * the others what was found here.
 */
#include "feeds/match/identity.h"
#include "feeds/source/source.h"

struct match {
	struct identity *identities; /* of feed's entries, by their index */
	int64_t *known;              /* the entry that each is; 0: it is new */
	bool *duplicate;                 /* another entry of the feed is that one already: not to be stored */
	size_t fresh;                /* how many are new */
	enum identity_policy policy; /* what the source's becomes */
};

/*
 * Matches feed with the archive of source's publication.  When the owner has approved what looked new, an entry with the
 * title and the text of one that this source brought is that one, and its keys are added to it.  Belongs to owner; NULL
 * with err for a database that would not.
 */
struct match *match_feed(void *owner, struct db *db, const struct source *source, const struct feed *feed, struct error *err);
