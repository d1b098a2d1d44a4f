#pragma once
/*
 * webfinger - the WebFinger answer (RFC 7033) of a publication.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"

/*
 * The JRD for resource (decoded), which is "acct:tides@host" with or without the scheme or a leading "@", or the URL of
 * the actor or of the home page.  NULL with ERROR_INVALID when resource is neither an address nor a URL, and with
 * ERROR_NOT_FOUND when it is not p's.  Belongs to owner.
 */
json_t *webfinger_document(void *owner, const struct publication *p, const char *resource, struct error *err);
