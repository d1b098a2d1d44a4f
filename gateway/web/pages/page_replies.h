#pragma once
/*
 * page_replies - what the owner approved of the replies to a post, for the page of the post.
 *
 * Only for who may read all of the post: replies quote it.  Nobody's mail address is shown.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/web/pages/visit.h"

bool page_replies_add(struct visit *v, json_t *data, const struct entry *entry, struct error *err);
