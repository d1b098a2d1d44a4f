#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/dispatch.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/address/url.h"

void walk_item(struct feed *feed, xmlNode *node, const struct element *home)
{
	struct record *r = feed_add_record(feed);
	if (!r)
		return;
	dispatch_children(r, node, home);
	if (!r->language)
		r->language = markup_language(node);
	/* RDF names an item by its address. */
	if (!r->id)
		r->id = markup_attribute_any(r, node, "about");
	/* Many call an id a permanent link that is no address at all. */
	if (!r->link && r->id_is_link && url_valid(r->id))
		r->link = r->id;
}

void walk_children(struct feed *feed, xmlNode *parent, const struct element *home)
{
	for (xmlNode *c = markup_element(parent->children); c; c = markup_element(c->next)) {
		if (markup_is(c, "item") || markup_is(c, "entry"))
			walk_item(feed, c, home);
		else
			dispatch_element(feed->record, c, home);
	}
	if (!feed->record->language)
		feed->record->language = markup_language(parent);
}
