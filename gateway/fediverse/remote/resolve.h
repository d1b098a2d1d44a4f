#pragma once
/*
 * resolve - looks up the actor for a handle or a URL that a person typed.
 *
 * A handle goes through WebFinger (RFC 7033), which may point to an actor on
 * another host.  A URL is requested as ActivityPub; when it answers with a
 * page, its <link rel="alternate"> is followed.  Requests for actors are
 * signed, because some servers require that.  The functions block until the
 * answer is there, so they are for commands, not for roles.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct resolved {
	struct remote_actor *actor;
	const char *handle; /* "@ada@social.example" */
	const char *outbox; /* URL, or NULL */
	bool approves;      /* manuallyApprovesFollowers: a person decides about each Follow */
};

/* Is this a handle with a name: "@ada@social.example", "acct:ada@social.example", "ada@social.example"? */
bool resolve_is_handle(const char *typed);
/*
 * The actor behind typed, a handle or an http(s) URL; p signs the requests.  Belongs to owner.  NULL with err, whose text is
 * for the person who typed it: ERROR_NOT_FOUND when there is no such actor, ERROR_TEMPORARY when its server did not answer.
 * transport must be idle.
 */
struct resolved *resolve_actor(void *owner, struct signed_transport *transport, struct http_client *client,
                               const struct publication *p, const char *typed, struct error *err);
/* The URL of the actor in a JRD, borrowed; NULL when it has none. */
const char *resolve_self(const json_t *jrd);
/* Sends one signed GET and waits.  Belongs to owner; NULL with err when there was no answer. */
struct http_response *resolve_get(void *owner, struct signed_transport *transport, const struct publication *p, const char *url,
                                  struct error *err);
