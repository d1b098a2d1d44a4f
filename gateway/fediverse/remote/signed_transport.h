#pragma once
/*
 * transport - signed requests to other servers, many at once.
 *
 * Adds to the HTTP client who signs: draft-cavage first, RFC 9421 once more
 * after a 401; the other way round some servers take a request and drop it.
 * A redirected GET is signed anew for where it goes; a POST is not followed.
 */
#include "gateway/base/db/db.h"
#include "gateway/base/http/http.h"

/* How many requests run at once, and how many to one host. */
#define SIGNED_TRANSPORT_PARALLEL 20
#define SIGNED_TRANSPORT_PER_HOST 4

struct signed_transport;

struct signed_transport_request {
	int64_t publication; /* whose actor signs */
	const char *url;
	const char *body;    /* an activity; NULL: GET */
	void *tag;           /* the caller's */
};

struct signed_transport *signed_transport_new(void *owner, struct db *db, const struct http_options *options, struct error *err);
/* Signs and queues; what the request points to is copied except tag. */
bool signed_transport_start(struct signed_transport *w, const struct signed_transport_request *request, struct error *err);
/* The next answer, with the request's tag, for the caller to free; NULL after timeout_ms or when none runs. */
struct http_response *signed_transport_next(struct signed_transport *w, int timeout_ms);
int signed_transport_running(const struct signed_transport *w);
/* Is this the document of an actor, a key or an object, by its Content-Type?  Other JSON may be anybody's upload. */
bool signed_transport_is_activity(const struct http_response *response);
