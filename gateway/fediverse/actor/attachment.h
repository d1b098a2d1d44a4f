#pragma once
/*
 * attachment - the media of an entry as ActivityPub attachments.
 *
 * Other servers remove <img> from the content, so each picture is listed as
 * an attachment, with its description.  The entry must come from the gate:
 * everything in it is shown.
 */
#include "gateway/archive/store/entry.h"
#include <jansson.h>

/* Many servers keep no more. */
#define ATTACHMENT_MAX 4

/* Always an array; a new reference. */
json_t *attachment_list(const struct entry *shown);
