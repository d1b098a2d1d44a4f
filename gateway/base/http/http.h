#pragma once
/*
 * http - requests to other servers.
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
#include "gateway/base/http/http_message.h"

struct http_client;

struct http_options {
	const char *user_agent;            /* NULL: "Pennypost/VERSION" */
	const char *const *allow_networks; /* CIDR texts ("127.0.0.0/8", "::1/128"), ends with NULL; NULL: none */
	const char *ca_file;               /* NULL: the system's */
	int parallel;                      /* transfers at once, 0: 20; at most 4 to one host */
	int connections;                   /* so many at most stay open when nothing goes over them, 0: 20 more than parallel */
};

struct http_client *http_client_new(void *owner, const struct http_options *options, struct error *err);
/* Queues a request; everything it points to is copied except tag.  False only for what can never be sent: a bad URL,
 * a method or header that would not be one line of HTTP. */
bool http_start(struct http_client *client, const struct http_request *request, struct error *err);
/* The next finished transfer, for the caller to talloc_free (or it goes with client); NULL after timeout_ms or when
 * none runs.  Transfers move on only in here. */
struct http_response *http_next(struct http_client *client, int timeout_ms);
/* http_next also returns, with NULL, when fd is readable; -1: no fd. */
void http_watch(struct http_client *client, int fd);
/* Requests that were started and not yet taken with http_next. */
int http_running(const struct http_client *client);
/* One request, now; NULL with err when no answer came.  Belongs to owner.  No other transfer may be running. */
struct http_response *http_fetch(void *owner, struct http_client *client, const struct http_request *request, struct error *err);
