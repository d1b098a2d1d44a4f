#pragma once
/*
 * http_transfer - one request: its redirects, its limits, its response.
 *
 * Stands between http.c, which decides when a transfer begins, and libcurl,
 * which does one hop.  Redirects are followed here and not by
 * libcurl, so that each hop is a request of its own that is checked again.
 * Only http.c includes this.
 */
#include "gateway/base/address/network.h"
#include "gateway/base/http/http_message.h"
#include <curl/curl.h>

/* What holds for all requests of a client. */
struct http_policy {
	const char *user_agent;
	const char *ca_file; /* NULL: the system's */
	struct network *allowed;
	size_t allowed_count;
};

struct http_transfer {
	struct http_transfer *next; /* in its list of http.c */
	struct http_host *host;     /* of the hop; belongs to http.c */
	const struct http_policy *policy;
	struct http_request *request; /* our copy, the response's */
	struct http_response *response;
	char *user, *password; /* decoded; NULL when the URL has none */
	char *url;             /* of the hop, without fragment, user and password */
	const char *host_name; /* in it */
	bool foreign;          /* the hop has another origin than the request */
	int hops;              /* redirects followed so far */
	bool all_permanent;    /* and all were 301 or 308 */
	int64_t deadline;      /* clock_steady of the end; 0 before its turn */

	CURLM *multi; /* while running */
	CURL *easy;
	struct curl_slist *lines;
	char message[CURL_ERROR_SIZE];
	size_t header_bytes;
	bool headers_too_large, body_too_large;
	bool connected;   /* a connection was opened or tried */
	char *refused;    /* an address and why */
};

/* NULL with ERROR_INVALID for a request that cannot be sent.  Belongs to owner, as does everything in it. */
struct http_transfer *http_transfer_new(void *owner, const struct http_policy *policy, const struct http_request *request, struct error *err);
/* Gives the next hop to libcurl.  False when there is no time left: the response says so. */
bool http_transfer_begin(struct http_transfer *t, CURLM *multi);
/* Ends the hop with libcurl's result.  True when the response is complete; false when another hop is to begin. */
bool http_transfer_end(struct http_transfer *t, CURLcode verdict);
