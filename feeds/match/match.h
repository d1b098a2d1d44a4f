#pragma once
/*
 * match - which entries of the archive a feed shows, and which of its entries are new.
 *
 * First looks up the firm keys of all entries, then the other keys of those
 * that were not found.  No two entries match the same entry of the archive.
 * What is new after that, but has the date and the text of an entry that the
 * feed shows no more, is that entry, corrected.  Keys that belong to another entry are removed from the identities, so that
 * archive_store finds the same entry that was found here.
 */
#include "feeds/match/identity.h"
#include "feeds/source/source.h"

struct match {
	struct identity *identities; /* of feed's entries, by their index */
	int64_t *known;              /* the id of each entry in the archive; 0: it is new */
	bool *duplicate;             /* not to be stored: an earlier entry of the feed has the same id in known, or it has come back (origin.h) */
	size_t fresh;                /* how many are new */
	enum identity_policy policy; /* the new policy of the source */
};

/*
 * Matches feed with the archive of source's publication.  What is new by its keys, but has the date and the text of an entry that
 * this source brought and shows no more, is that entry, corrected: its keys are added to it.  When the owner has approved entries that looked new, one with the title
 * and the text of an entry that this source brought earlier is that entry, and its keys are added to it.  Belongs to owner; NULL
 * with err when the database fails.
 */
struct match *match_feed(void *owner, struct db *db, const struct source *source, const struct feed *feed, struct error *err);
