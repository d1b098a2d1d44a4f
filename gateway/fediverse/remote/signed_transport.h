#pragma once
/*
 * wire - signed requests to other servers, many at once.
 *
 * Adds to the HTTP client who signs: draft-cavage first, RFC 9421 once more
 * after a 401; the other way round some servers take a request and drop it.
 * A redirected GET is signed anew for where it goes; a POST is not followed.
 */
#include "gateway/base/db/db.h"
#include "gateway/base/http/http.h"

/* How many requests run at once, and how many to one host. */
#define WIRE_PARALLEL 20
#define WIRE_PER_HOST 4

struct wire;

struct wire_request {
	int64_t publication; /* whose actor signs */
	const char *url;
	const char *body;    /* an activity; NULL: GET */
	void *tag;           /* the caller's */
};

struct wire *wire_new(void *owner, struct db *db, const struct http_options *options, struct error *err);
/* Signs and queues; what the request points to is copied except tag. */
bool wire_start(struct wire *w, const struct wire_request *request, struct error *err);
/* The next answer, with the request's tag, for the caller to free; NULL after timeout_ms or when none runs. */
struct http_response *wire_next(struct wire *w, int timeout_ms);
int wire_running(const struct wire *w);
/* Is this the document of an actor, a key or an object, by its Content-Type?  Other JSON may be anybody's upload. */
bool wire_is_activity(const struct http_response *response);
