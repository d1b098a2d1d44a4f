#pragma once
/*
 * names - the URLs under which the fediverse knows a publication and its entries.
 *
 * Plain paths without a query, because some servers drop queries when they
 * compare or sign.  None of them may ever change: followers hold them.
 * Strings belong to owner.  The actor's own is publication_actor_url.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

#define JSONLD_PUBLIC "https://www.w3.org/ns/activitystreams#Public"

char *uris_key_id(void *owner, const struct publication *p);      /* of the RSA key that signs requests */
char *uris_multikey_id(void *owner, const struct publication *p); /* of the Ed25519 key */
char *uris_inbox(void *owner, const struct publication *p);
char *uris_shared_inbox(void *owner, const struct publication *p);
char *uris_outbox(void *owner, const struct publication *p);
char *uris_outbox_page(void *owner, const struct publication *p, int64_t page); /* from 1 */
char *uris_followers(void *owner, const struct publication *p);
char *uris_following(void *owner, const struct publication *p);
/* The object of an entry, and the page that people read. */
char *uris_object(void *owner, const struct publication *p, int64_t entry);
char *uris_page(void *owner, const struct publication *p, const struct entry *entry);
/* What happened to an entry: verb is "create", "update" or "delete"; number tells updates apart, 0: none. */
char *uris_activity(void *owner, const struct publication *p, int64_t entry, const char *verb, int64_t number);

enum uris_kind {
	URIS_NOTHING, URIS_ACTOR, URIS_INBOX, URIS_SHARED_INBOX, URIS_OUTBOX, URIS_OUTBOX_PAGE, URIS_FOLLOWERS, URIS_FOLLOWING,
	URIS_OBJECT, URIS_CREATE
};
/* What a path of p's host names; *number is the page or the entry.  URIS_NOTHING for all other paths. */
enum uris_kind uris_parse(const struct publication *p, const char *path, int64_t *number);
