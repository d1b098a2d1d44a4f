#pragma once
/*
 * http_message - a request as callers write it, and a response as they get it.
 *
 * Callers include http.h, which sends and receives them.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"
#include <stdint.h>

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method; /* NULL: GET, or POST with a body */
	const char *url;
	const struct http_header *headers; /* ends with a name of NULL; may be NULL */
	const void *body;
	size_t body_size;
	size_t max_size;  /* of the response's body after decompression; 0: 1 MiB */
	int timeout_ms;   /* for all of it, from when it begins, at most 10 s of them for connecting; 0: 30 s */
	int redirects;    /* how many to follow for GET and HEAD (more: an error); 0: none, the 3xx is the response */
	const char *proxy; /* URL (http, https, socks5, socks5h) to go through, or NULL.  It may be on this machine.  The proxy
	                    * resolves names: only hosts that are written as an address are checked here */
	void *tag;        /* the caller's */
};

struct http_response {
	const struct http_request *request; /* as given; its strings were copied */
	bool done;          /* there is a response; false: err says why not */
	struct error err;   /* ERROR_TEMPORARY (network, time) or ERROR_PERMANENT (refused address, too large, bad URL) */
	int status;
	const char *url;    /* where the body came from, after redirects; without fragment, user and password */
	const char *moved;  /* where a chain of only 301 and 308 led, or NULL; user and password as in the request when
	                     * the origin is the same */
	struct http_header *headers; /* of the last response; ends with a name of NULL */
	struct buf *body;   /* whole when status is 2xx; of other responses at most the first 64 KiB */
	void *tag;
};

/* The value of a header, whatever the case of its name; NULL when absent. */
const char *http_header(const struct http_response *response, const char *name);
/* Seconds from Retry-After (a number or a date, RFC 9110 section 10.2.3), 0 to max; -1 when absent or malformed. */
int64_t http_retry_after(const struct http_response *response, int64_t max);
