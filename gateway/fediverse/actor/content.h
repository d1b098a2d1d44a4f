#pragma once
/*
 * content - the HTML of an entry's object: title, text, and the way to its page.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

/*
 * shown is what the reader may see; teaser says that it is only the opening.  A text that is longer than max bytes is
 * cut before the block that does not fit.  Belongs to owner.
 */
char *content_html(void *owner, const struct publication *p, const struct entry *shown, bool teaser, size_t max);
