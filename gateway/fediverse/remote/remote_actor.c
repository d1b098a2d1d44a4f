#include "gateway/fediverse/remote/remote_actor.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { NAME_MAX_LENGTH = 200, PEM_MAX = 8192 };

static bool same(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

/* The key with this id in publicKey, which may be one key or a list; the first for a NULL id and for the actor's own. */
static const json_t *find_key(const json_t *document, const char *key_id)
{
	if (key_id && url_same(key_id, jsonld_text(document, "id")))
		key_id = NULL;
	const json_t *keys = json_object_get(document, "publicKey"), *one;
	size_t i;
	if (json_is_object(keys))
		return !key_id || same(jsonld_text(keys, "id"), key_id) ? keys : NULL;
	json_array_foreach(keys, i, one)
		if (json_is_object(one) && (!key_id || same(jsonld_text(one, "id"), key_id)))
			return one;
	return NULL;
}

/* The URL of the actor to which a key or a stub belongs; NULL when it is not given, or has another origin. */
static char *next_url(void *owner, const json_t *document, const char *url, const char *key_id)
{
	const char *to = jsonld_id(document, "owner");
	if (!to)
		to = jsonld_id(document, "controller");
	const json_t *key = find_key(document, key_id);
	if (!to && key)
		to = jsonld_id(key, "owner");
	if (!to)
		to = jsonld_text(document, "id");
	return to && url_valid(to) && url_same_origin(to, url) && !url_same(to, url) ? mem_dup(owner, to) : NULL;
}

/* We post to it what nobody there has asked for, so it must be of the actor's own server. */
static const char *shared_inbox_of(void *owner, const json_t *document, const char *actor)
{
	const char *url = jsonld_id(json_object_get(document, "endpoints"), "sharedInbox");
	return url && url_same_origin(url, actor) ? mem_dup(owner, url) : NULL;
}

static bool read_key(struct remote_actor *r, const json_t *document, const char *key_id, struct error *err)
{
	const json_t *key = find_key(document, key_id);
	const char *id = jsonld_text(key, "id"), *pem = jsonld_text(key, "publicKeyPem"), *whose = jsonld_id(key, "owner");
	if (!key || !id || !pem || strlen(pem) > PEM_MAX)
		return error_set(err, ERROR_INVALID, "actor '%.200s' does not list the key '%.200s'", r->uri, key_id ? key_id : "");
	if (whose && !url_same(whose, r->uri))
		return error_set(err, ERROR_INVALID, "the key '%.200s' belongs to '%.200s'", id, whose);
	if (!url_valid(id) || !url_same_origin(id, r->uri))
		return error_set(err, ERROR_INVALID, "the key '%.200s' is of another server than its actor", id);
	r->key_id = mem_dup(r, id);
	r->public_key = mem_dup(r, pem);
	return true;
}

struct remote_actor *remote_actor_read(void *owner, const json_t *document, const char *url, const char *key_id, char **actor,
                                       struct error *err)
{
	const char *id = jsonld_text(document, "id"), *inbox = jsonld_id(document, "inbox");
	*actor = NULL;
	if (!id || !url_same(id, url) || !inbox) {
		*actor = next_url(owner, document, url, key_id);
		error_set(err, *actor ? ERROR_NOT_FOUND : ERROR_INVALID, "'%.300s' is not the document of an actor", url);
		return NULL;
	}
	struct remote_actor *r = mem_new(owner, struct remote_actor);
	const char *name = jsonld_text(document, "name"), *username = jsonld_text(document, "preferredUsername");
	r->uri = mem_dup(r, id);
	r->inbox = mem_dup(r, inbox);
	r->shared_inbox = shared_inbox_of(r, document, id);
	r->username = text_cut(r, username ? username : "", NAME_MAX_LENGTH);
	r->name = text_cut(r, name ? name : r->username, NAME_MAX_LENGTH);
	if (!url_valid(inbox))
		error_set(err, ERROR_INVALID, "actor '%.300s' has no inbox", id);
	else if (!url_same_origin(inbox, id))
		error_set(err, ERROR_INVALID, "the inbox of actor '%.300s' is on another server", id);
	else if (read_key(r, document, key_id, err))
		return r;
	talloc_free(r);
	return NULL;
}

static struct remote_actor *one(void *owner, struct db *db, const char *sql, const char *arg, struct error *err)
{
	char *other = url_other_spelling(NULL, arg);
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_text(arg), db_text(other ? other : arg)));
	talloc_free(other);
	struct remote_actor *r = NULL;
	if (db_next(rows)) {
		r = mem_new(owner, struct remote_actor);
		*r = (struct remote_actor){
			db_column_dup(r, rows, 0), db_column_dup(r, rows, 1), db_column_dup(r, rows, 2), db_column_dup(r, rows, 3),
			db_column_dup(r, rows, 4), db_column_dup(r, rows, 5), db_column_dup(r, rows, 6), db_column_int(rows, 7), db_column_int(rows, 8),
		};
	}
	if (!db_finish(rows, err)) {
		talloc_free(r);
		return NULL;
	}
	/* Stored before both had to be of the actor's server: such an actor is fetched again, and refused. */
	if (r && !url_same_origin(r->inbox, r->uri))
		r->fetched = 0;
	if (r && r->shared_inbox && !url_same_origin(r->shared_inbox, r->uri))
		r->shared_inbox = NULL;
	if (!r)
		error_set(err, ERROR_NOT_FOUND, "no actor is known as '%.300s'", arg);
	return r;
}

#define SELECT "SELECT uri, inbox, shared_inbox, name, username, key_id, public_key, fetched, gone FROM actor "

struct remote_actor *remote_actor_by_uri(void *owner, struct db *db, const char *uri, struct error *err)
{
	return one(owner, db, SELECT "WHERE uri IN ($1, $2) LIMIT 1", uri, err);
}

struct remote_actor *remote_actor_by_key(void *owner, struct db *db, const char *key_id, struct error *err)
{
	return one(owner, db, SELECT "WHERE key_id = $1 OR uri IN ($1, $2) ORDER BY fetched DESC LIMIT 1", key_id, err);
}

bool remote_actor_store(struct db *db, const struct remote_actor *r, struct error *err)
{
	return db_run(db, "INSERT INTO actor (uri, inbox, shared_inbox, name, username, key_id, public_key, fetched, gone)"
	                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT (uri) DO UPDATE SET inbox = $2, shared_inbox = $3,"
	                  " name = $4, username = $5, key_id = $6, public_key = $7, fetched = $8, gone = 0",
	              DB_ARGS(db_text(r->uri), db_text(r->inbox), db_text(r->shared_inbox), db_text(r->name), db_text(r->username),
	                      db_text(r->key_id), db_text(r->public_key), db_int(clock_now())), err);
}

bool remote_actor_expire(struct db *db, const char *uri, struct error *err)
{
	return db_run(db, "UPDATE actor SET fetched = 0 WHERE uri = $1", DB_ARGS(db_text(uri)), err);
}

bool remote_actor_mark_gone(struct db *db, const char *uri, struct error *err)
{
	return db_run(db, "UPDATE actor SET gone = $2 WHERE uri = $1", DB_ARGS(db_text(uri), db_int(clock_now())), err);
}
