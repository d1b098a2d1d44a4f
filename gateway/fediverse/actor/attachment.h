#pragma once
/*
 * attachment - the pictures and sounds of an entry as ActivityPub attachments.
 *
 * Servers drop pictures that stand in the text, so each is listed beside it,
 * with its description.  Only what stands in the entry given: the gate has
 * taken out the rest.
 */
#include "gateway/archive/store/entry.h"
#include <jansson.h>

/* As many as servers keep. */
#define ATTACHMENT_MAX 4

/* An array, always; a new reference. */
json_t *attachment_list(const struct entry *shown);
