#pragma once
/*
 * recognise - which dialect a document is in.
 *
 * A dialect is one row of the table there.  Those that are not XML are
 * recognised by their text, before anything is repaired; XML by its root
 * element.
 */
#include "feeds/parse/dialect.h"

/* NULL when it is in none. */
const struct dialect *recognise_dialect(const struct feed_input *in);
/* Names for the user what is not a feed: "an HTML page", "empty", "XML of another kind ('opml')".  Belongs to owner. */
char *recognise_other(void *owner, const struct feed_input *in);
