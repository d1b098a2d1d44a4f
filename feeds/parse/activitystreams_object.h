#pragma once
/*
 * activitystreams_object - one object of ActivityStreams, as a record.
 *
 * Collections and activities are read in activitystreams.c.
 */
#include "feeds/vocabulary/record.h"
#include <jansson.h>

/* The string name in object, trimmed; NULL when it is absent or blank. */
char *activitystreams_text(void *owner, const json_t *object, const char *name);
/* The id in a value like "attributedTo": the string itself, the id of the object, or that of the first in an array. */
const char *activitystreams_id(const json_t *value);
/* Is it of this type?  "type" may be an array. */
bool activitystreams_is(const json_t *object, const char *type);
/* Is it of a type that becomes an entry? */
bool activitystreams_is_post(const json_t *object);
/* Is it addressed to the public, and in "to", so that it shows in public timelines? */
bool activitystreams_is_listed(const json_t *object);
/* Is it addressed to the public at all? */
bool activitystreams_is_public(const json_t *object);
/* Fills r from such an object. */
void activitystreams_read(struct record *r, const json_t *post);
