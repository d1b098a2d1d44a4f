#pragma once
/*
 * uris - the ActivityPub ids and URLs of a publication and its entries.
 *
 * They are plain paths without a query, because some servers drop queries
 * when they compare or sign.  They must never change, because other servers
 * store them: so they stay at the URL where the publication was first, even
 * when pages move.  Strings belong to owner.  The actor's own id is
 * publication_actor_url.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

char *uris_key_id(void *owner, const struct publication *p);      /* the RSA key that signs requests */
char *uris_multikey_id(void *owner, const struct publication *p); /* the Ed25519 key */
char *uris_inbox(void *owner, const struct publication *p);
char *uris_shared_inbox(void *owner, const struct publication *p);
char *uris_outbox(void *owner, const struct publication *p);
char *uris_outbox_page(void *owner, const struct publication *p, int64_t page); /* from 1 */
char *uris_followers(void *owner, const struct publication *p);
char *uris_following(void *owner, const struct publication *p);
char *uris_featured(void *owner, const struct publication *p);
/* The id of an entry's object, and the URL of its page for people. */
char *uris_object(void *owner, const struct publication *p, int64_t entry);
char *uris_page(void *owner, const struct publication *p, const struct entry *entry);
/* The id of an activity about an entry: verb is "create", "update" or "delete"; number distinguishes updates, 0: none. */
char *uris_activity(void *owner, const struct publication *p, int64_t entry, const char *verb, int64_t number);

/* Are the ids of p on the host of its URL site, which is where it is or was?  On its other hosts a document would have the id of a stranger. */
bool uris_are_at(const struct publication *p, const char *site);

enum uris_kind {
	URIS_NOTHING, URIS_ACTOR, URIS_INBOX, URIS_SHARED_INBOX, URIS_OUTBOX, URIS_OUTBOX_PAGE, URIS_FOLLOWERS, URIS_FOLLOWING, URIS_FEATURED,
	URIS_OBJECT, URIS_CREATE
};
/* Which of these a request path on p's host is; *number is that of the page or the entry.  URIS_NOTHING for all other paths. */
enum uris_kind uris_parse(const struct publication *p, const char *path, int64_t *number);
