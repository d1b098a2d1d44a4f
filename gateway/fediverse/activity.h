#pragma once
/*
 * activity - what another server says has happened, as far as we act on it.
 *
 * Reads the forms that servers really send: actor and object as ids or as
 * whole objects, an Undo with the Follow inside or only its id.  Whether the
 * sender may say so is decided elsewhere (receive.h).
 */
#include "gateway/base/error.h"
#include <stddef.h>

enum activity_kind {
	ACTIVITY_OTHER,        /* nothing that we act on */
	ACTIVITY_FOLLOW,       /* object: who is followed */
	ACTIVITY_UNDO,         /* of a Follow: follow is its id, object who was followed; either may be NULL, not both */
	ACTIVITY_BLOCK,        /* object: who is blocked */
	ACTIVITY_DELETE_ACTOR, /* the actor is no more */
	ACTIVITY_UPDATE_ACTOR  /* the actor has changed */
};

struct activity {
	enum activity_kind kind;
	const char *type;   /* as it was named, for the record */
	const char *id;     /* NULL: it has none */
	const char *actor;
	const char *object;
	const char *follow;
};

/* Belongs to owner.  NULL with ERROR_INVALID for what is no activity, or has an id, actor or object that is no URL. */
struct activity *activity_read(void *owner, const void *body, size_t size, struct error *err);
