#pragma once
/*
 * identity - the keys by which an entry of a source is recognised at the next fetch.
 *
 * Sources repeat ids, leave them out and change them.  Each entry gets keys,
 * and each key has a trust; feeds/match/match.h finds the entry of the archive
 * that has them.  Two fetches show one entry when
 *
 *   guid        link        title   date       text
 *   same        any         any     any        any       one (an edit, a new slug)
 *   other       same        same    any        any       one (new ids)
 *   other       same        other   same       any       one (new ids, and a new title)
 *   other       same        other   other      any       two (a page whose link never changes)
 *   none, poor  same        any     any        any       one (the link is all there is)
 *   any         other       same    same       alike     one (a moved blog: new ids and links)
 *   any         other       same    same       another   two
 *   other       other       same    other      any       two ("Weekly links")
 *   other       other       other   same       another   two
 *   other       other       other   same       same      one, if the feed shows the earlier no more (all was corrected at once)
 *   none        none        same    none       alike     one
 *
 * A link counts as "none" when several entries of the feed share it or it is a
 * site's front page, and a guid as "poor" when several share it.  Links are
 * compared in their normalised form (feeds/match/link.h).  An entry of the
 * archive matches at most one entry of a feed.
 */
#include "feeds/parse/feed.h"

/* How a source's entries are told apart: bits that are set when its feed shows the need, and never cleared, because a source that
 * changes back and forth would be announced twice. */
enum identity_policy {
	IDENTITY_BY_GUID = 0,
	IDENTITY_POOR_GUIDS = 1,     /* blank or repeated ones: links come first */
	IDENTITY_VOLATILE_LINKS = 2  /* a new token at every fetch: links count without their query, unless that makes two equal */
};

enum identity_trust {
	IDENTITY_FIRM,   /* the entry that has this key, whatever else has changed */
	IDENTITY_LIKELY, /* unless both title and date differ */
	IDENTITY_WEAK,   /* only when the title or the date is the same */
	IDENTITY_ALIKE   /* of title and date: only when the texts are alike */
};

enum { IDENTITY_KEYS = 6 };

struct identity {
	const char *keys[IDENTITY_KEYS + 1]; /* most trusted first; ends with NULL, never empty */
	enum identity_trust trust[IDENTITY_KEYS];
	size_t count;
};

/* The new policy after this feed: guids are poor when more than one in twenty is blank or repeated, among five or more. */
enum identity_policy identity_learn(enum identity_policy policy, const struct feed *feed);
/*
 * The identities of feed's entries, by their index: "guid:...", "guid:... link:..." for a guid that several share, "link:...",
 * "title:..." (a hash of title and date), or "hash:..." (of title and text) when there is nothing else.  Belongs to owner.
 */
struct identity *identity_keys(void *owner, const struct feed *feed, enum identity_policy policy);
/* The key of an id alone, as a tombstone gives it.  Belongs to owner. */
char *identity_guid_key(void *owner, const char *guid);
/* "link:..." of its origin; NULL when it has none, or one that is a front page.  Belongs to owner. */
char *identity_origin_key(void *owner, const struct entry *entry);
/* "hash:..." of title and text.  Belongs to owner. */
char *identity_text_key(void *owner, const struct entry *entry);
/*
 * A hash of title, content, summary, tags, enclosures and authors: when it differs, the entry was revised.  White space is squeezed,
 * and URLs are without their changing parts (link_write_stable).  entry is clean.  Belongs to owner.
 */
char *identity_hash(void *owner, const struct entry *entry);
