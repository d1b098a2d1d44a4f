#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/dispatch.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/address/url.h"

void xml_feed_read_item(struct feed *feed, xmlNode *node, const struct element *own)
{
	struct record *r = feed_add_record(feed);
	if (!r)
		return;
	dispatch_children(r, node, own);
	if (!r->language)
		r->language = markup_language(node);
	/* In RDF the id of an item is rdf:about. */
	if (!r->id)
		r->id = markup_attribute_any(r, node, "about");
	/* Many feeds have isPermaLink on a guid that is not a URL. */
	if (!r->link && r->id_is_link && url_valid(r->id))
		r->link = r->id;
}

void xml_feed_read_children(struct feed *feed, xmlNode *parent, const struct element *own)
{
	for (xmlNode *c = markup_element(parent->children); c; c = markup_element(c->next)) {
		if (markup_is(c, "item") || markup_is(c, "entry"))
			xml_feed_read_item(feed, c, own);
		else
			dispatch_element(feed->record, c, own);
	}
	if (!feed->record->language)
		feed->record->language = markup_language(parent);
}
