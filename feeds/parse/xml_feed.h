#pragma once
/*
 * xml_feed - from the tree of an XML feed to its records.
 */
#include "feeds/parse/dialect.h"
#include "feeds/vocabulary/element.h"

/* Reads the children of parent: <item> and <entry>, also inside of unknown elements, become records of feed, those of a <channel>
 * are read as if they stood in its place, all others are read into feed->record.  own is the table of the dialect. */
void xml_feed_read_children(struct feed *feed, xmlNode *parent, const struct element *own);
/* Reads one item or entry. */
void xml_feed_read_item(struct feed *feed, xmlNode *node, const struct element *own);
