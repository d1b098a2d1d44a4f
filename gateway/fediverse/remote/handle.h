#pragma once
/*
 * follow - from "I am @ada@example.social" to the page on her own server where she can follow us.
 *
 * Nobody is asked: the address is the one that most servers use, and the
 * page that shows it says what to do where it does not work.
 */
#include "gateway/base/text/error.h"

/* Where somebody says they are: "@ada@example.social", without the first @, as acct:, as a profile's URL, or only a host. */
struct handle {
	const char *host; /* punycode, with a port when one was typed */
	const char *name; /* what stood before the host; NULL: nothing did, or it was a URL */
};

/* Belongs to owner; NULL with ERROR_INVALID, and a text for the page. */
struct handle *handle_parse(void *owner, const char *typed, struct error *err);
/* The page of that server where it asks its own people whether to follow uri. Belongs to owner. */
char *handle_follow_page(void *owner, const struct handle *who, const char *uri);
