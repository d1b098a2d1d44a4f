#pragma once
/*
 * identity - by what an entry of a source is known again.
 *
 * Sources repeat ids, leave them out and change them.  Each entry gets keys,
 * most trusted first; the archive knows it by any of them.  A date is never
 * part of a key alone, and http and https of one address are one.
 */
#include "feeds/feed.h"

/*
 * The keys of every entry of feed: keys[i] belongs to feed->entries[i], ends with NULL, is never empty.
 *  - a guid that one entry of the feed has: "guid:..."; the same on several: the first keeps it, the others get
 *    "guid:... link:..." (or a hash of title and text without a link);
 *  - a link that one entry has: "link:..."; not when the feed gives the same link to several;
 *  - "hash:..." of title and text when there is nothing else.
 * When more than one in twenty guids is blank or repeated, links come before guids.  Belongs to owner.
 */
const char *const **identity_keys(void *owner, const struct feed *feed);
/* A hash of what the entry says (title, content, summary, tags, enclosures, author), white space squeezed: another one
 * is a revision.  entry is clean.  Belongs to owner. */
char *identity_hash(void *owner, const struct entry *entry);
