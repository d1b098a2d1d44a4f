#pragma once
/*
 * remote - actors of other servers: reading their documents, keeping what we need of them.
 */
#include "gateway/base/db/db.h"
#include "gateway/fediverse/document/jsonld.h"

struct remote_actor {
	const char *uri;    /* the actor's id */
	const char *inbox;
	const char *shared_inbox; /* or NULL */
	const char *name;     /* plain text */
	const char *username; /* may be "" */
	const char *key_id;
	const char *public_key; /* PEM */
	int64_t fetched;      /* 0: fetch it again before it is used to deliver */
	int64_t gone;         /* when its server said so, or 0 */
};

/*
 * What the document at url says about the key key_id.  Servers put at a key's URL the actor itself, a stub of the
 * actor with the key, or a key alone: when the document is not the actor in full, NULL with ERROR_NOT_FOUND and *actor
 * (which belongs to owner) the URL to ask next.  ERROR_INVALID when the document may not speak for the key: id, owner and
 * key must be of one host, and the actor must list the key.  With key_id NULL the actor's first key will do.
 */
struct remote_actor *remote_actor_read(void *owner, const json_t *document, const char *url, const char *key_id, char **actor, struct error *err);

/* From the store; NULL with ERROR_NOT_FOUND. */
struct remote_actor *remote_actor_by_uri(void *owner, struct db *db, const char *uri, struct error *err);
struct remote_actor *remote_actor_by_key(void *owner, struct db *db, const char *key_id, struct error *err);
/* Inserts or replaces; fetched is now. */
bool remote_actor_store(struct db *db, const struct remote_actor *remote, struct error *err);
/* To be fetched again before the next delivery. */
bool remote_actor_expire(struct db *db, const char *uri, struct error *err);
/* Its server says that it is no more. */
bool remote_actor_mark_gone(struct db *db, const char *uri, struct error *err);
