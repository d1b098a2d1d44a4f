#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/dispatch.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/address/url.h"

static bool is_entry(const xmlNode *node) { return markup_is(node, "item") || markup_is(node, "entry"); }

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
	/* An id that is an address is that of the post, unless it says that it is not; many feeds say that it is of what is none. */
	if (!r->link && r->id && !r->id_is_opaque && !record_link(r, "alternate") && url_valid(r->id))
		r->link = r->id;
}

/* Reads the items and entries in elements that are unknown: <items>, <list>. */
static void read_wrapped(struct feed *feed, xmlNode *parent, const struct element *own)
{
	for (xmlNode *c = markup_element(parent->children); c; c = markup_element(c->next)) {
		if (is_entry(c))
			xml_feed_read_item(feed, c, own);
		else
			read_wrapped(feed, c, own);
	}
}

void xml_feed_read_children(struct feed *feed, xmlNode *parent, const struct element *own)
{
	bool all = true;
	for (xmlNode *c = markup_element(parent->children); c; c = markup_element(c->next)) {
		if (is_entry(c))
			xml_feed_read_item(feed, c, own);
		else if (markup_is(c, "channel"))
			xml_feed_read_children(feed, c, own);
		else if (!dispatch_element(feed->record, c, own)) {
			read_wrapped(feed, c, own);
			all = false;
		}
	}
	if (!all)
		dispatch_wrapped(feed->record, parent, own);
	if (!feed->record->language)
		feed->record->language = markup_language(parent);
}
