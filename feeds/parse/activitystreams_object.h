#pragma once
/*
 * activitystreams_object - one object of ActivityStreams, as a record.
 *
 * Collections and activities are read in activitystreams.c.
 */
#include "feeds/vocabulary/record.h"
#include <jansson.h>

/* A string of object's, trimmed; NULL when there is none or it is empty. */
char *activitystreams_text(void *owner, const json_t *object, const char *name);
/* The id of what may be a string, an object, or an array of these (its first): "attributedTo", "object". */
const char *activitystreams_id(const json_t *value);
/* Is it of this type?  "type" may be an array. */
bool activitystreams_is(const json_t *object, const char *type);
/* Is it one of the objects that become entries? */
bool activitystreams_is_post(const json_t *object);
/* Fills r from a post. */
void activitystreams_read(struct record *r, const json_t *post);
