#pragma once
/*
 * following - the accounts that a publication follows, so that their servers send it their posts.
 *
 * Each is a source of kind SOURCE_ACTOR (feeds/source/source.h) with a row in
 * the table following: the Follow that we sent and its answer.  The Follow
 * and its Undo go through the ledger like everything that we send.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

enum following_state {
	FOLLOWING_ASKED,    /* no answer to our Follow yet */
	FOLLOWING_ACCEPTED,
	FOLLOWING_REJECTED, /* at once, or after an Accept */
	FOLLOWING_ENDED     /* the account was deleted, or has moved */
};

struct following {
	int64_t source, publication;
	const char *actor;  /* its id */
	const char *handle; /* "@ada@social.example" */
	const char *outbox; /* URL, or NULL */
	const char *follow; /* id of the Follow that we sent */
	enum following_state state;
	int64_t asked;      /* when the Follow was last sent */
	int asks;           /* how often it was sent */
};

/* Starts to follow with->actor and sends the Follow; needs source, actor, handle and outbox.  Call it in a transaction. */
bool following_begin(struct db *db, const struct publication *p, const struct following *with, struct error *err);
/*
 * Follows to->actor in the place of f->actor, as the same source; needs actor, handle and outbox of to.  f->actor becomes a former one: following_by_actor
 * finds it as FOLLOWING_ENDED from then on.  Call it in a transaction.
 */
bool following_move(struct db *db, const struct following *f, const struct following *to, struct error *err);
/* Sends the Undo and deletes the row, in any state.  Call it in a transaction, before the source is removed. */
bool following_end(struct db *db, const struct following *f, struct error *err);
/* The row of this source, belonging to owner; NULL with ERROR_NOT_FOUND. */
struct following *following_of(void *owner, struct db *db, int64_t source, struct error *err);
/* The rows of all publications that follow this actor; the array belongs to owner, its length is talloc_array_length. */
bool following_by_actor(void *owner, struct db *db, const char *actor, struct following ***all, struct error *err);
/* Has any publication a row for this actor whose state is most or one before it in the enum? */
bool following_knows(struct db *db, const char *actor, enum following_state most, bool *knows, struct error *err);
/* Stores the new state, with a text for `pennypost source list`. */
bool following_set(struct db *db, const struct following *f, enum following_state state, struct error *err);
/* Sends the Follow again when there was no answer for three days; after the second time, notifies the owner. */
bool following_sweep(struct db *db, int64_t now, struct error *err);
/* The ids of the actors that accepted, at most the first 1000, as a JSON array of owner's; *count is the number of all. */
json_t *following_list(void *owner, struct db *db, int64_t publication, int64_t *count, struct error *err);
