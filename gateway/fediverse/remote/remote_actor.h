#pragma once
/*
 * remote_actor - actors of other servers: parses their documents and stores what we need of them.
 */
#include "gateway/base/db/db.h"
#include "gateway/fediverse/document/jsonld.h"

struct remote_actor {
	const char *uri;    /* the actor's id */
	const char *inbox;    /* of the same origin as uri, as is shared_inbox */
	const char *shared_inbox; /* or NULL */
	const char *name;     /* plain text */
	const char *username; /* may be "" */
	const char *key_id;
	const char *public_key; /* PEM */
	int64_t fetched;      /* 0: fetch it again before the next delivery */
	int64_t gone;         /* when its server said that the account is deleted, or 0 */
};

/*
 * The actor with the key key_id (NULL: its first key), from the document at url.  Servers serve at the URL of a key the
 * actor, a stub of the actor with the key, or the key alone: when the document is not the whole actor, NULL with
 * ERROR_NOT_FOUND, and *actor (of owner) is the URL to fetch next.  ERROR_INVALID when the document has no authority over
 * the key: actor and key must have the same origin, and the actor must list the key.
 */
struct remote_actor *remote_actor_read(void *owner, const json_t *document, const char *url, const char *key_id, char **actor,
                                       struct error *err);

/* From the database; NULL with ERROR_NOT_FOUND. */
struct remote_actor *remote_actor_by_uri(void *owner, struct db *db, const char *uri, struct error *err);
struct remote_actor *remote_actor_by_key(void *owner, struct db *db, const char *key_id, struct error *err);
/* Inserts or replaces; fetched is now. */
bool remote_actor_store(struct db *db, const struct remote_actor *remote, struct error *err);
/* Marks it to be fetched again before the next delivery. */
bool remote_actor_expire(struct db *db, const char *uri, struct error *err);
/* Its server says that the account is deleted. */
bool remote_actor_mark_gone(struct db *db, const char *uri, struct error *err);
