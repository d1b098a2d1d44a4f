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
/* Notes that an end tag is missing. */
void repair_unclosed(struct repair *r);
/* Before the start tag of name, an element of a feed: when an open element cannot contain it, sets misnested, and with
 * implies_ends closes that element. */
void repair_nesting(struct repair *r, struct piece name);
