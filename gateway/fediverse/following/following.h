#pragma once
/*
 * following - the accounts that a publication follows, so that their servers bring what they post.
 *
 * Each is a source of its own kind (feeds/source/source.h) with a row here: what we
 * asked for, and what came of it.  The Follow and its Undo go through the
 * ledger like all that we send.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

enum following_state {
	FOLLOWING_ASKED,
	FOLLOWING_ACCEPTED,
	FOLLOWING_REJECTED, /* they do not want it, or not any more */
	FOLLOWING_ENDED     /* the account is no more */
};

struct following {
	int64_t source, publication;
	const char *actor;  /* its id */
	const char *handle; /* "@ada@social.example" */
	const char *outbox; /* URL, or NULL */
	const char *follow; /* id of our Follow */
	enum following_state state;
	int64_t asked;      /* when last */
	int asks;           /* how often */
};

/* Keeps that source's actor is followed from now on, and asks it; needs source, actor, handle and outbox.  In a transaction of the caller's. */
bool following_begin(struct db *db, const struct publication *p, const struct following *with, struct error *err);
/* Takes the Follow back and forgets it, whatever its state.  In a transaction of the caller's, before the source is removed. */
bool following_end(struct db *db, const struct following *f, struct error *err);
/* Of this source; NULL with ERROR_NOT_FOUND.  Belongs to owner. */
struct following *following_of(void *owner, struct db *db, int64_t source, struct error *err);
/* All publications' of this actor; array of owner's, its length is talloc_array_length. */
bool following_by_actor(void *owner, struct db *db, const char *actor, struct following ***all, struct error *err);
/* Is it followed by anybody here, or asked to be; or, with refused, was it asked and did not want to? */
bool following_knows(struct db *db, const char *actor, bool refused, bool *knows, struct error *err);
/* What came of it, for the record and for who looks at the source. */
bool following_set(struct db *db, const struct following *f, enum following_state state, struct error *err);
/* Asks once more where no answer came for three days, and tells the owner when that helped nothing either. */
bool following_sweep(struct db *db, int64_t now, struct error *err);
/* The ids of the actors that p follows and that accepted, the first of them as a JSON array of owner's; *count is how many there are. */
json_t *following_list(void *owner, struct db *db, int64_t publication, int64_t *count, struct error *err);
