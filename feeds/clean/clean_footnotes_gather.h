#pragma once
/*
 * clean_footnotes_gather - takes footnotes out of the source's form, before clean_filter.
 */
#include "feeds/clean/clean_footnotes.h"
#include "feeds/clean/clean_tree.h"

/* Makes references empty sups and moves the footnotes into a plain list at the end.  Belongs to the root. */
struct clean_footnotes *clean_footnotes_gather(struct clean *c);
