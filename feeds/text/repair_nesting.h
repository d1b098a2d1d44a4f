#pragma once
/*
 * repair_nesting - end tags that are missing.
 *
 * Knows which elements of a feed can contain which.  Without that knowledge
 * an XML parser nests everything behind a missing end tag ever deeper: the
 * next post becomes part of this one, or all posts part of a title.
 */
#include "feeds/text/repair_scan.h"

/* Writes the end tags of what is open deeper than depth. */
void repair_close(struct repair *r, size_t depth);
/* Notes that what is open deeper than depth has no end tag. */
void repair_unclosed(struct repair *r, size_t depth);
/* In the second pass, before the start tag of name: closes what has no end tag and cannot contain it.  What has one is left
 * as it is, whatever it contains. */
void repair_nesting(struct repair *r, struct piece name);
