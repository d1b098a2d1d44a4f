#pragma once
/*
 * clean_url - the URLs that clean HTML may contain: http, https, mailto and tel.
 */
#include <stdbool.h>
#include <string.h>

/* text as an absolute URL of an allowed scheme, or NULL.  base may be NULL; with pictures only http and https are allowed. */
char *clean_url(void *owner, const char *base, const char *text, bool pictures);
/* The decoded fragment when the URL is of the document at base itself; else NULL. */
char *clean_url_fragment(void *owner, const char *base, const char *text);
/* May the URL have a fragment?  A cheap test before the others. */
static inline bool clean_url_has_fragment(const char *text) { return text && strchr(text, '#'); }
/* The decoded fragment of any URL; NULL when there is none. */
char *clean_url_any_fragment(void *owner, const char *text);
