#pragma once
/*
 * url - taking addresses of the web apart, resolving, comparing (RFC 3986, via libcurl).
 *
 * Only http and https are URLs here, of at most URL_MAX bytes.  What a URL
 * may not hold in path, query and fragment (spaces, quotes, letters beyond
 * ASCII) is percent-encoded on the way in, because feeds are full of it; what
 * is encoded already stays as it is.  Strings belong to owner.  A text of
 * NULL is no URL.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>
#include <stdint.h>

#define URL_MAX 8192

struct url {
	const char *scheme; /* "http" or "https" */
	const char *host;   /* small letters, punycode; "[::1]" keeps its brackets */
	int port;           /* always set: 80 or 443 when the URL names none */
	const char *path;   /* begins with "/", without dot segments, percent-encoding as given */
	const char *query;  /* without "?", or NULL */
	const char *fragment;
	const char *user, *password; /* percent-encoding as given; NULL when absent */
};

/* NULL with ERROR_INVALID for anything that is no absolute http(s) URL with a host. */
struct url *url_parse(void *owner, const char *text, struct error *err);
/* The parts put together again; the port only when it is not the scheme's own. */
char *url_text(void *owner, const struct url *url);
/* relative (which may be absolute, and is trimmed) as seen from base; NULL when that makes no http(s) URL. */
char *url_resolve(void *owner, const char *base, const char *relative);
/* scheme://host[:port], the port only when it is not the scheme's own; NULL for no URL. */
char *url_origin(void *owner, const char *text);
/* Host and, when it is not the scheme's own, ":port"; as in a Host header. NULL for no URL. */
char *url_authority(void *owner, const char *text);
bool url_same_origin(const char *a, const char *b);
/* Same host (whatever the scheme or port)? */
bool url_same_host(const char *a, const char *b);
/* Is it the same URL, however scheme, host, port and an empty path are written?  NULL is none. */
bool url_same(const char *a, const char *b);
/* A URL of a host alone with the final slash when text has none, and without when it has; any other text as it is.  NULL: no URL. */
char *url_other_spelling(void *owner, const char *text);
/* The text up to its fragment, unchanged. */
char *url_without_fragment(void *owner, const char *text);
/* True for an http(s) URL that url_parse takes. */
bool url_valid(const char *text);
/* Decodes %XX (and '+' as a space when form is true).  "%00" and what is no %XX stay as they are. */
char *url_decode(void *owner, const char *s, bool form);
/* The first value of name in an application/x-www-form-urlencoded text; NULL when absent. */
char *url_form_value(void *owner, const char *form, const char *name);
/*
 * A host name as "münchen.example" in ASCII ("xn--mnchen-3ya.example"), small letters, without the final dot; NULL
 * when it is no host name (IDNA 2008).  Underscores pass: such names are in use.
 */
char *url_host_ascii(void *owner, const char *host);
