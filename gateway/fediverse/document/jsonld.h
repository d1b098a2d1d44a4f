#pragma once
/*
 * jsonld - JSON documents that a talloc context owns (over jansson).
 *
 * The readers allow what JSON-LD allows: where an id is expected, the whole
 * object may stand, and a list of one may be written as its only member.
 * Also used for the plain JSON of WebFinger and NodeInfo.
 */
#include "gateway/base/text/error.h"
#include <jansson.h>

#define JSONLD_ACTIVITYSTREAMS "https://www.w3.org/ns/activitystreams"
#define JSONLD_PUBLIC JSONLD_ACTIVITYSTREAMS "#Public"

/* Takes the reference to json (not NULL) and releases it together with owner. */
json_t *jsonld_own(void *owner, json_t *json);
/* Parses a document from outside, repaired and in its compact form (jsonld_repair.h); NULL with ERROR_INVALID unless it is a JSON object. */
json_t *jsonld_read(void *owner, const void *data, size_t size, struct error *err);
/* Serialised on one line, as it is sent; belongs to owner. */
char *jsonld_write(void *owner, const json_t *json);

/* A new JSON string.  Bytes that are not UTF-8 become U+FFFD, so that a document never fails because of them. */
json_t *jsonld_new_string(const char *text);

/* The value of a string member; NULL when it is absent or not a string. */
const char *jsonld_text(const json_t *object, const char *name);
/* The id in a member: the string itself or the "id" of an embedded object; of a list, its first.  NULL: none. */
const char *jsonld_id(const json_t *object, const char *name);
/* Is the object addressed to the public collection in to ("public") or cc ("unlisted"), in any of the three spellings in use? */
bool jsonld_is_public(const json_t *object);
/* Is this its type, or one of its types? */
bool jsonld_has_type(const json_t *object, const char *type);
