#pragma once
/*
 * http - requests to other people's servers.
 *
 * Every outgoing HTTP request of Pennypost goes through here (libcurl), so
 * that one place holds the rules: http and https only; addresses that are
 * not public (loopback, private, link-local, multicast, …) are refused after
 * name resolution, at every redirect again, unless the configuration's
 * allow_networks names them; caps on time, size after decompression and
 * redirects; no proxy, no cookies, no Referer.  Credentials of a request, in
 * its URL or its headers, go to no other origin.
 *
 * A client runs many transfers at once: http_start them, then take them with
 * http_next as they finish.  http_fetch does one.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"
#include <stdint.h>

struct http_client;

struct http_options {
	const char *user_agent;            /* NULL: "Pennypost/VERSION" */
	const char *const *allow_networks; /* CIDR texts ("127.0.0.0/8", "::1/128"), ends with NULL; NULL: none */
	const char *ca_file;               /* NULL: the system's */
	int parallel;                      /* transfers at once, 0: 20; at most 4 to one host */
};

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method; /* NULL: GET, or POST with a body */
	const char *url;
	const struct http_header *headers; /* ends with a name of NULL; may be NULL */
	const void *body;
	size_t body_size;
	size_t max_size;  /* of the answer's body after decompression; 0: 1 MiB */
	int timeout_ms;   /* for all of it, from when its turn came, 10 s of them for connecting; 0: 30 s */
	int redirects;    /* how many to follow for GET and HEAD (more: an error); 0: none, the 3xx is the answer */
	const char *proxy; /* URL (http, https, socks5, socks5h) to go through, or NULL.  It may be on this machine.  Names are resolved
	                    * behind it, unseen: only hosts that are written as an address are checked */
	void *tag;        /* the caller's */
};

struct http_response {
	const struct http_request *request; /* as given; its strings were copied */
	bool done;          /* an answer came; false: err says why not */
	struct error err;   /* ERROR_TEMPORARY (network, time) or ERROR_PERMANENT (refused address, too large, bad URL) */
	int status;
	const char *url;    /* where the body came from, after redirects; without fragment, user and password */
	const char *moved;  /* where a chain of only 301 and 308 led, or NULL; user and password as in the request when
	                     * the origin is the same */
	struct http_header *headers; /* of the last answer; ends with a name of NULL */
	struct buf *body;   /* whole when status is 2xx; of other answers at most the first 64 KiB */
	void *tag;
};

struct http_client *http_client_new(void *owner, const struct http_options *options, struct error *err);
/* Queues a request; everything it points to is copied except tag.  False only for what can never be sent: a bad URL,
 * a method or header that would not be one line of HTTP. */
bool http_start(struct http_client *client, const struct http_request *request, struct error *err);
/* The next finished transfer, for the caller to talloc_free (or it goes with client); NULL after timeout_ms or when
 * none runs.  Transfers move on only in here. */
struct http_response *http_next(struct http_client *client, int timeout_ms);
/* Requests that were started and not yet taken with http_next. */
int http_running(const struct http_client *client);
/* One request, now; NULL with err when no answer came.  Belongs to owner.  No other transfer may be running. */
struct http_response *http_fetch(void *owner, struct http_client *client, const struct http_request *request, struct error *err);
/* The value of a header, whatever the case of its name; NULL when absent. */
const char *http_header(const struct http_response *response, const char *name);
/* Seconds from Retry-After (a number or a date, RFC 9110 section 10.2.3), 0 to max; -1 when absent or malformed. */
int64_t http_retry_after(const struct http_response *response, int64_t max);
