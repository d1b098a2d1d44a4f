#pragma once
/*
 * content - the HTML content of an entry's Note: title, text, a link to its page, hashtags.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

/*
 * shown comes from the gate; teaser: it is only the beginning of the entry.  A text of more than max bytes is cut before
 * the first block that does not fit.  Belongs to owner.
 */
char *content_html(void *owner, const struct publication *p, const struct entry *shown, bool teaser, size_t max);
