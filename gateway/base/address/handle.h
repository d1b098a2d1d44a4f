#pragma once
/*
 * handle - a fediverse address that a person typed: "@ada@example.social".
 *
 * Only parses; sends no request.  resolve.h looks the account up.
 */
#include "gateway/base/text/error.h"

struct handle {
	const char *host; /* in punycode, with the port if one was typed */
	const char *name; /* the part before the host; NULL for a URL or a bare host */
};

/*
 * Parses "@ada@example.social", the same without the first "@" or with "acct:", the URL of a profile, or a bare host.
 * Belongs to owner; NULL with ERROR_INVALID and a text to show to the person.
 */
struct handle *handle_parse(void *owner, const char *typed, struct error *err);
/*
 * The URL on the handle's server where that person can follow uri; belongs to owner.  Built with the path of Mastodon,
 * which most servers support, without asking the server for its own.
 */
char *handle_follow_page(void *owner, const struct handle *handle, const char *uri);
