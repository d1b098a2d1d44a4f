#pragma once
/*
 * http_transfer - one request on its way, for http.c alone.
 */
#include "gateway/base/http.h"
#include "gateway/base/network.h"
#include <curl/curl.h>

/* What holds for every transfer of a client. */
struct http_rules {
	struct network *networks; /* allowed although not public */
	size_t network_count;
	const char *user_agent, *ca_file;
};

struct transfer {
	struct transfer *next;
	const struct http_rules *rules;
	CURL *easy;
	struct curl_slist *list;  /* headers of the request, for curl */
	struct http_request request; /* copied */
	struct http_response *response;
	const char *url;          /* of this hop */
	const char *host;         /* of this hop, with its port */
	int hops;
	bool only_permanent;      /* every redirect so far was 301 or 308 */
	size_t header_bytes;
	size_t header_count;
	bool too_large;
	char refused[256];        /* why the last address was refused, or "" */
};

/* NULL with err for a request that can never be sent. */
struct transfer *transfer_new(void *owner, const struct http_rules *rules, const struct http_request *request, struct error *err);
/* Called when curl is done with it.  True: it was redirected and is set up to be added again. */
bool transfer_again(struct transfer *t, CURLcode code);
/* Frees t and gives what became of it; the response belongs to t's owner. */
struct http_response *transfer_response(struct transfer *t);
