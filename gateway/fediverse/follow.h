#pragma once
/*
 * follow - from "I am @ada@example.social" to the page on her own server where she can follow us.
 *
 * Her server's WebFinger says where that page is.  For the web role's follow
 * box, which redirects there; nothing is kept.
 */
#include "gateway/base/http.h"
#include "gateway/fediverse/tree.h"

/* Who somebody says they are: "@ada@example.social", without the first @, as acct:, as a profile's URL, or only a host. */
struct follow_who {
	const char *host;     /* punycode, with a port when one was typed */
	const char *resource; /* for WebFinger; NULL when only a host was given */
};

/* Belongs to owner; NULL with ERROR_INVALID, and a text for the page. */
struct follow_who *follow_who(void *owner, const char *typed, struct error *err);
/* The page named by a JRD, with uri put in; NULL when it names none that is an http(s) URL. */
char *follow_page(void *owner, const json_t *jrd, const char *uri);
/*
 * Asks who's server (one request of a few seconds) where to follow uri.  *guess: it did not say, and the URL is what most
 * servers use.  NULL with a text for the page: ERROR_NOT_FOUND the server knows no such account, ERROR_TEMPORARY it did
 * not answer.
 */
char *follow_ask(void *owner, struct http_client *client, const struct follow_who *who, const char *uri, bool *guess, struct error *err);
