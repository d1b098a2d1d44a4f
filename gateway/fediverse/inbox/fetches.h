#pragma once
/*
 * fetches - documents that inbox items wait for: keys of their senders, and posts that an activity has only by their id.
 *
 * All items with one key wait for one fetch, in the order in which they came.
 * Which server has its turn, lanes.h says: one that hangs holds up no others.
 * Of those who wait, the last and the first are asked by turns, so that
 * neither waits for all the rest.
 */
#include "gateway/base/role/role.h"
#include "gateway/fediverse/inbox/inbox_request.h"
#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct pending_fetch {
	bool post;      /* of a post; false: of a key */
	char *key_id;   /* "" for a post */
	char *url;      /* the document to fetch next */
	char *host;
	bool started;   /* the request for url was sent */
	int steps;      /* how many documents were requested */
	struct inbox_request **requests;
	size_t count;
};

struct fetches;

/* breaker is that of all workers. */
struct fetches *fetches_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker);
size_t fetches_count(const struct fetches *fetches);
/* How many of them have not begun. */
size_t fetches_unstarted(const struct fetches *fetches);
/* How many requests wait for them. */
size_t fetches_waiting(const struct fetches *fetches);
/* The fetch of this key; NULL: there is none. */
struct pending_fetch *fetches_of_key(const struct fetches *fetches, const char *key_id);
/* request, which is taken over, waits for the key with which it was signed, or for the post at url. */
void fetches_wait_for_key(struct fetches *fetches, struct inbox_request *request);
void fetches_wait_for_post(struct fetches *fetches, struct inbox_request *request, const char *url);
/* The next document of fetch is url; false after too many. */
bool fetches_go_on(struct pending_fetch *fetch, const char *url);
/* Starts those whose turn it is.  Returns one that cannot be started, with why; NULL: that was all. */
struct pending_fetch *fetches_start(struct fetches *fetches, struct error *why);
/* The request of fetch was answered, or failed. */
void fetches_took(struct fetches *fetches, struct pending_fetch *fetch, const struct http_response *response);
/* Did the server of fetch not answer a moment ago? */
bool fetches_failed(const struct fetches *fetches, const struct pending_fetch *fetch);
/* Ends fetch and frees it, with the requests that are still its. */
void fetches_drop(struct fetches *fetches, struct pending_fetch *fetch);
/* Is this the tag of a fetch's request? */
bool fetches_own(const struct fetches *fetches, const void *tag);
/* Adds the ids of the items that wait to *ids, an array of owner's. */
void fetches_ids(const struct fetches *fetches, void *owner, int64_t **ids, size_t *count);
/* Any of them; NULL: there is none. */
struct pending_fetch *fetches_first(const struct fetches *fetches);
