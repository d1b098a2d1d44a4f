#pragma once
/*
 * activity - what another server says has happened, as far as we act on it.
 *
 * Reads the forms that servers really send: actor and object as ids or as
 * whole objects, an Undo or an Accept with the Follow inside or only its id.  Whether the
 * sender may say so is decided elsewhere (receive.h).
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum activity_kind {
	ACTIVITY_OTHER,        /* nothing that we act on */
	ACTIVITY_FOLLOW,       /* object: who is followed */
	ACTIVITY_UNDO,         /* of a Follow: follow is its id, object who was followed; either may be NULL, not both */
	ACTIVITY_BLOCK,        /* object: who is blocked */
	ACTIVITY_DELETE_ACTOR, /* the actor is no more */
	ACTIVITY_UPDATE_ACTOR, /* the actor has changed */
	ACTIVITY_ACCEPT,       /* of a Follow of ours: follow is its id, object who asked; either may be NULL, not both */
	ACTIVITY_REJECT,       /* the same */
	ACTIVITY_POST          /* a post of the actor's appears, changes, is shared or goes: object is its id.  What is not for the public is OTHER */
};

struct activity {
	enum activity_kind kind;
	const char *type;   /* as it was named, for the record */
	const char *id;     /* NULL: it has none */
	const char *actor;
	const char *object;
	const char *follow;
	bool whole; /* POST: the post itself came with it, or it is a Delete, which needs none */
};

/* Belongs to owner.  NULL with ERROR_INVALID for what is no activity, or has an id, actor or object that is no URL. */
struct activity *activity_read(void *owner, const void *body, size_t size, struct error *err);
