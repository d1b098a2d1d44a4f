#pragma once
/*
 * signed_transport - signed HTTP requests to other servers, many at once.
 *
 * Signs each request with the key of a publication's actor: with draft-cavage
 * first, and after a 401 again with RFC 9421, which a host that took it gets
 * at once from then on.  In the other order, some
 * servers accept a request and drop it.  A GET that is redirected is signed
 * again for its new URL; a redirected POST is not followed.
 */
#include "gateway/base/db/db.h"
#include "gateway/base/http/http.h"

/* How many requests run at once, and how many to one host. */
#define SIGNED_TRANSPORT_PARALLEL 324
#define SIGNED_TRANSPORT_PER_HOST 4

struct signed_transport;

struct signed_transport_request {
	int64_t publication; /* its actor signs */
	const char *url;
	const char *body;    /* an activity; NULL: GET */
	void *tag;           /* comes back with the answer */
	int timeout_ms;      /* 0: 20 s for a POST, 10 s for a GET, which are the most */
};

struct signed_transport *signed_transport_new(void *owner, struct db *db, const struct http_options *options, struct error *err);
/* Signs and queues the request, of which it copies everything but tag. */
bool signed_transport_start(struct signed_transport *t, const struct signed_transport_request *request, struct error *err);
/* The next answer, with the tag of its request, for the caller to free; NULL after timeout_ms or when no request runs. */
struct http_response *signed_transport_next(struct signed_transport *t, int timeout_ms);
int signed_transport_running(const struct signed_transport *t);
/* Is its Content-Type an ActivityPub document?  Plain JSON is refused, because it may be a file that a user uploaded. */
bool signed_transport_is_activity(const struct http_response *response);
