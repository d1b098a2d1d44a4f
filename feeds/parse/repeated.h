#pragma once
/*
 * repeated - an item that stands in a feed more than once.
 */
#include "feeds/parse/feed.h"

/* Drops each entry that has the id (without one, the link), the title and the text of an earlier one, whatever its date.  Another
 * text under one id is another entry: feeds/match/ decides about those. */
void repeated_drop(struct feed *feed);
