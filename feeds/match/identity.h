#pragma once
/*
 * identity - by what an entry of a source is known again.
 *
 * Sources repeat ids, leave them out and change them.  Each entry gets keys,
 * and each key says how far it is to be trusted; feeds/match/match.h finds the
 * entry of the archive that they mean.  Two fetches show one entry when
 *
 *   guid        link        title   date       text
 *   same        any         any     any        any       one (an edit, a new slug)
 *   other       same        same    any        any       one (new ids)
 *   other       same        other   same       any       one (new ids, and a new title)
 *   other       same        other   other      any       two (a page whose link never changes)
 *   none, poor  same        any     any        any       one (the link is all there is)
 *   any         other       same    same       alike     one (moved house: new ids and links)
 *   any         other       same    same       another   two
 *   other       other       same    other      any       two ("Weekly links")
 *   other       other       other   same       any       two
 *   none        none        same    none       alike     one
 *
 * "None" is also a link that several entries of the feed share or that is a
 * site's front page, and "poor" a guid that several share.  What only tracks
 * the visit is no part of a link (feeds/match/link.h).  An entry of the archive is
 * at most one entry of a feed.
 */
#include "feeds/parse/feed.h"

/* How a source's entries are told apart: bits that a source gets as it shows what it is, and keeps, for a source that
 * goes to and fro would be announced twice. */
enum identity_policy {
	IDENTITY_BY_GUID = 0,
	IDENTITY_POOR_GUIDS = 1,     /* blank or repeated ones: links come first */
	IDENTITY_VOLATILE_LINKS = 2  /* a new token at every fetch: without their query, and not when that makes two the same */
};

enum identity_trust {
	IDENTITY_FIRM,   /* the entry that has this key, whatever else has changed */
	IDENTITY_LIKELY, /* unless both title and date say otherwise */
	IDENTITY_WEAK,   /* only when the title or the date says so too */
	IDENTITY_ALIKE   /* of title and date: only when the texts are alike */
};

enum { IDENTITY_KEYS = 6 };

struct identity {
	const char *keys[IDENTITY_KEYS + 1]; /* most trusted first; ends with NULL, never empty */
	enum identity_trust trust[IDENTITY_KEYS];
	size_t count;
};

/* What policy becomes by what feed shows: more than one guid in twenty blank or repeated, among five or more. */
enum identity_policy identity_learn(enum identity_policy policy, const struct feed *feed);
/*
 * The identities of feed's entries, by their index: "guid:...", "guid:... link:..." for one that others have too, "link:...",
 * "title:..." (a hash of title and date), "hash:..." of title and text when there is nothing else.  Belongs to owner.
 */
struct identity *identity_keys(void *owner, const struct feed *feed, enum identity_policy policy);
/* The key of an id alone, as a tombstone gives it.  Belongs to owner. */
char *identity_guid_key(void *owner, const char *guid);
/* "hash:..." of what the entry says.  Belongs to owner. */
char *identity_text_key(void *owner, const struct entry *entry);
/*
 * A hash of what the entry says (title, content, summary, tags, enclosures, authors): another one is a revision.  White space
 * counts once, and what changes in addresses by itself not at all (link_write_stable).  entry is clean.  Belongs to owner.
 */
char *identity_hash(void *owner, const struct entry *entry);
