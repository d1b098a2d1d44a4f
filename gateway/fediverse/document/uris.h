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

#define NAMES_PUBLIC "https://www.w3.org/ns/activitystreams#Public"

char *names_key_id(void *owner, const struct publication *p);      /* of the RSA key that signs requests */
char *names_multikey_id(void *owner, const struct publication *p); /* of the Ed25519 key */
char *names_inbox(void *owner, const struct publication *p);
char *names_shared_inbox(void *owner, const struct publication *p);
char *names_outbox(void *owner, const struct publication *p);
char *names_outbox_page(void *owner, const struct publication *p, int64_t page); /* from 1 */
char *names_followers(void *owner, const struct publication *p);
char *names_following(void *owner, const struct publication *p);
/* The object of an entry, and the page that people read. */
char *names_object(void *owner, const struct publication *p, int64_t entry);
char *names_page(void *owner, const struct publication *p, const struct entry *entry);
/* What happened to an entry: verb is "create", "update" or "delete"; number tells updates apart, 0: none. */
char *names_activity(void *owner, const struct publication *p, int64_t entry, const char *verb, int64_t number);

enum names_kind {
	NAMES_NOTHING, NAMES_ACTOR, NAMES_INBOX, NAMES_SHARED_INBOX, NAMES_OUTBOX, NAMES_OUTBOX_PAGE, NAMES_FOLLOWERS, NAMES_FOLLOWING,
	NAMES_OBJECT, NAMES_CREATE
};
/* What a path of p's host names; *number is the page or the entry.  NAMES_NOTHING for all other paths. */
enum names_kind names_read(const struct publication *p, const char *path, int64_t *number);
