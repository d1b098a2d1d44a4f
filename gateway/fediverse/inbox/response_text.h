#pragma once
/*
 * response_text - the text, pictures, dates and author of what somebody wrote to us, as reply.h keeps them.
 */
#include "gateway/archive/reply/reply.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/remote/remote_actor.h"

/* Fills what the object says: content (plain: it is text, not HTML), warning, attachments, url, dates.  Strings belong to owner. */
void response_text_read(void *owner, const json_t *object, bool plain, struct reply *reply, int64_t now);
/* Fills name and handle; sender may have nothing but its uri. */
void response_text_author(void *owner, const struct remote_actor *sender, struct reply *reply);
