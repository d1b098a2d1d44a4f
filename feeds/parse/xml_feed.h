#pragma once
/*
 * walk - from the tree of an XML feed to its records.
 */
#include "feeds/parse/dialect.h"
#include "feeds/vocabulary/element.h"

/* Reads the children of parent: items and entries become records of feed, all else is the feed's own. */
void walk_children(struct feed *feed, xmlNode *parent, const struct element *home);
/* Reads one item or entry. */
void walk_item(struct feed *feed, xmlNode *node, const struct element *home);
