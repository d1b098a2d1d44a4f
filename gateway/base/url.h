#pragma once
/*
 * url - taking addresses of the web apart, resolving, comparing (RFC 3986, via libcurl).
 *
 * Only http and https are URLs here.  Strings belong to owner.
 */
#include "gateway/base/error.h"
#include <stdint.h>

struct url {
	const char *scheme; /* "http" or "https" */
	const char *host;   /* small letters, punycode; "[::1]" keeps its brackets */
	int port;           /* always set: 80 or 443 when the URL names none */
	const char *path;   /* begins with "/", percent-encoding as given */
	const char *query;  /* without "?", or NULL */
	const char *fragment;
	const char *user, *password; /* NULL when absent */
};

/* NULL with ERROR_INVALID for anything that is no absolute http(s) URL with a host. */
struct url *url_parse(void *owner, const char *text, struct error *err);
/* relative (which may be absolute) as seen from base; NULL when that makes no http(s) URL. */
char *url_resolve(void *owner, const char *base, const char *relative);
/* scheme://host[:port], the port only when it is not the scheme's own; NULL for no URL. */
char *url_origin(void *owner, const char *text);
/* Host and, when it is not the scheme's own, ":port"; as in a Host header. NULL for no URL. */
char *url_authority(void *owner, const char *text);
bool url_same_origin(const char *a, const char *b);
/* Same host (whatever the scheme or port)? */
bool url_same_host(const char *a, const char *b);
/* The URL without its fragment. */
char *url_without_fragment(void *owner, const char *text);
/* True for an http(s) URL that url_parse takes. */
bool url_valid(const char *text);
/* Decodes %XX (and '+' as a space when form is true). */
char *url_decode(void *owner, const char *s, bool form);
/* The value of name in an application/x-www-form-urlencoded text; NULL when absent. */
char *url_form_value(void *owner, const char *form, const char *name);
/* A host name as "münchen.example" in ASCII ("xn--mnchen-3ya.example"), small letters; NULL when it is no host name (IDNA 2008). */
char *url_host_ascii(void *owner, const char *host);
