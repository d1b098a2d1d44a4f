#pragma once
/*
 * follow_page - the page on a reader's own server where they can follow somebody, as its WebFinger names it.
 *
 * Two links have it: that of FEP-3b86 (Activity Intents) and the older one of
 * OStatus, which most servers have.  Both are templates of a stranger, and a
 * browser is sent where they lead: only https, without a user, and only to the
 * host that was asked, to the one that answered for it, or to that of the
 * account itself.
 */
#include <jansson.h>
#include <stdbool.h>

struct follow_page_query {
	const char *asked;    /* URL of the WebFinger that was asked for */
	const char *answered; /* and of the one that answered, after redirects */
	const char *actor;    /* URL of who is to be followed */
	const char *back;     /* URL to go back to */
};

/* The page's URL, of owner; NULL when jrd names none that is trusted.  *own: it is on the host of asked or answered. */
char *follow_page_find(void *owner, const json_t *jrd, const struct follow_page_query *query, bool *own);
