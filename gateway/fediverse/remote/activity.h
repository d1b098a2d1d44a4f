#pragma once
/*
 * activity - an activity from another server, as far as we act on it.
 *
 * Reads the forms that servers send: actor and object as ids or as whole
 * objects, an Undo or an Accept with the Follow embedded or only its id.  Does
 * not check that the sender is the actor: receive.h does.
 */
#include "gateway/base/text/error.h"
#include <jansson.h>
#include <stddef.h>

enum activity_kind {
	ACTIVITY_OTHER,        /* we do not act on it */
	ACTIVITY_FOLLOW,       /* object: who is followed */
	ACTIVITY_UNDO,         /* of a Follow: follow is its id, object who was followed; either may be NULL, not both */
	ACTIVITY_BLOCK,        /* object: who is blocked */
	ACTIVITY_DELETE_ACTOR, /* the account was deleted */
	ACTIVITY_MOVE,         /* the account goes on as another one: object is that */
	ACTIVITY_UPDATE_ACTOR, /* the actor document has changed */
	ACTIVITY_ACCEPT,       /* of a Follow of ours: follow is its id, object the actor that sent it; either may be NULL, not both */
	ACTIVITY_REJECT,       /* the same */
	ACTIVITY_POST          /* a public Create, Update or Announce, or a Delete, of a post: object is its id */
};

struct activity {
	enum activity_kind kind;
	const char *type;   /* as sent, for the log */
	const char *id;     /* NULL: it has none */
	const char *actor;
	const char *object;
	const char *follow;
	const json_t *json; /* all of it; what it says to us besides is for inbox/response.h */
	bool whole; /* ACTIVITY_POST: the post is embedded, or not needed because this is a Delete */
};

/* Belongs to owner.  NULL with ERROR_INVALID when body is not an activity, or its id, actor or object is not a URL. */
struct activity *activity_read(void *owner, const void *body, size_t size, struct error *err);
