#pragma once
/*
 * microformats - the properties of microformats2 in a page's tree (microformats.org/wiki/microformats2-parsing).
 *
 * A thing is an element with a class like "h-entry"; its properties are
 * elements below it with classes like "p-name", up to the next thing, which
 * is the value of a property or none of ours.  The classes of before
 * ("hentry", "entry-title") are read as what they became.
 */
#include "gateway/base/html/html.h"

/* What kind of thing an element begins. */
enum microformat { MICROFORMAT_NONE, MICROFORMAT_FEED, MICROFORMAT_ENTRY, MICROFORMAT_CARD, MICROFORMAT_OTHER };
/* *old: by its class of before, so that its properties are named so too. */
enum microformat microformats_kind(const struct html_node *node, bool *old);

/*
 * Iterates over the properties of thing: the next element after node (NULL: the first) that may carry some, things in it
 * left out; NULL at the end.
 */
struct html_node *microformats_next(const struct html_node *thing, const struct html_node *node);
/* Does node carry this property ("p-name")?  old as microformats_kind said of the thing. */
bool microformats_has(const struct html_node *node, const char *property, bool old);

/* Values, by the kind of their class; strings belong to owner.  Plain text and dates are trimmed, URLs are absolute; NULL: none. */
char *microformats_text(void *owner, const struct html_node *node);
char *microformats_url(void *owner, const struct html_node *node, const char *base);
char *microformats_date(void *owner, const struct html_node *node);
char *microformats_html(void *owner, const struct html_node *node);
