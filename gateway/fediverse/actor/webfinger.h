#pragma once
/*
 * webfinger - RFC 7033, both ways: who we are, and where a follower's own server lets them follow.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

/*
 * What resource (decoded) names on p's host: "acct:tides@host" with or without the scheme or a leading "@", the
 * actor's URL, or the home page's.  NULL with ERROR_INVALID for what is neither an address nor a URL, and
 * ERROR_NOT_FOUND for somebody else.  The JRD belongs to owner.
 */
json_t *webfinger_document(void *owner, const struct publication *p, const char *resource, struct error *err);
