#pragma once
/*
 * resolve - from what a person types to the actor that they mean.
 *
 * "@ada@social.example" goes through WebFinger (RFC 7033), which may name an
 * actor on another host; a URL is asked for the actor itself, and a page is
 * looked at for the actor that it names.  Requests for actors are signed,
 * because some servers show them to nobody else.  Waits for its answers: for
 * commands, not for roles.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct resolved {
	struct remote_actor *remote;
	const char *handle; /* "@ada@social.example" */
	const char *outbox; /* URL, or NULL */
	bool asks;          /* somebody there looks at each Follow */
};

/* Does this look like the address of an account: "@ada@social.example", "acct:ada@social.example", "ada@social.example"? */
bool resolve_is_handle(const char *typed);
/*
 * The actor behind typed, a handle or an http(s) URL, asked for in the name of p.  Belongs to owner; NULL with err, in words
 * for who typed it: ERROR_NOT_FOUND when there is no such actor, ERROR_TEMPORARY when nobody answered.  transport must be idle.
 */
struct resolved *resolve_actor(void *owner, struct signed_transport *transport, struct http_client *client, const struct publication *p, const char *typed, struct error *err);
/* The actor's URL in an answer of WebFinger, borrowed; NULL when it names none. */
const char *resolve_self(const json_t *jrd);
/* One signed GET, now.  Belongs to owner; NULL with err when no answer came. */
struct http_response *resolve_get(void *owner, struct signed_transport *transport, const struct publication *p, const char *url, struct error *err);
