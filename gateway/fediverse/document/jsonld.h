#pragma once
/*
 * tree - JSON documents that a talloc context owns (over jansson).
 *
 * Knows the two looseness of ActivityPub: what should be an id may be the
 * object itself, and what should be a list may be its one member.
 */
#include "gateway/base/text/error.h"
#include <jansson.h>

/* json, which must not be NULL, released together with owner. */
json_t *jsonld_own(void *owner, json_t *json);
/* A document from outside; NULL with ERROR_INVALID unless it is a JSON object. */
json_t *jsonld_read(void *owner, const void *data, size_t size, struct error *err);
/* In one line, as it is sent. */
char *jsonld_write(void *owner, const json_t *json);

/* text as a JSON string; bytes that are no UTF-8 become U+FFFD, so that no document fails for one of them. */
json_t *jsonld_new_string(const char *text);

/* The text of a member; NULL when it is absent or no text. */
const char *jsonld_text(const json_t *object, const char *name);
/* The id that a member names: itself when it is a text, else its "id"; of a list the first.  NULL: none. */
const char *jsonld_id(const json_t *object, const char *name);
/* Is it addressed to everybody, on the front page (to) or not (cc)?  By any of the three spellings that servers use. */
bool jsonld_is_public(const json_t *object);
/* Is type, or one of the types, this one? */
bool jsonld_has_type(const json_t *object, const char *type);
