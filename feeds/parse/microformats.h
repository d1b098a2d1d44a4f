#pragma once
/*
 * microformats - the properties of microformats2 in a page's tree (microformats.org/wiki/microformats2-parsing).
 *
 * An item is an element with a class like "h-entry"; its properties are
 * elements below it with classes like "p-name".  Elements inside a nested
 * item are properties of that one.  Classic microformats ("hentry",
 * "entry-title") are read as their successors.
 */
#include "gateway/base/html/html.h"

/* What kind of item an element is. */
enum microformat { MICROFORMAT_NONE, MICROFORMAT_FEED, MICROFORMAT_ENTRY, MICROFORMAT_CARD, MICROFORMAT_OTHER };
/* *classic: it has the class of a classic microformat, and so its properties have the classic names too. */
enum microformat microformats_kind(const struct html_node *node, bool *classic);

/*
 * Iterates over the elements below item that may be properties: the next one after node (NULL: the first), without
 * descending into nested items; NULL at the end.
 */
struct html_node *microformats_next(const struct html_node *item, const struct html_node *node);
/* Is node this property ("p-name")?  classic as microformats_kind has set it for the item. */
bool microformats_has(const struct html_node *node, const char *property, bool classic);

/* The value of a property, by its prefix: p-, u-, dt-, e-.  It belongs to owner.  Plain text and dates are trimmed, URLs are
 * absolute; NULL: none. */
char *microformats_text(void *owner, const struct html_node *node);
char *microformats_url(void *owner, const struct html_node *node, const char *base);
char *microformats_date(void *owner, const struct html_node *node);
char *microformats_html(void *owner, const struct html_node *node);
