/* CDF, the Channel Definition Format of 1997, which has attributes where RSS has elements. */
#include "feeds/dates/dates.h"
#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/dispatch.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include <string.h>

static void abstract(struct record *r, xmlNode *node, const struct element *row)
{
	struct element into = *row;
	into.slot = r->part == RECORD_ITEM ? offsetof(struct record, summary) : offsetof(struct record, subtitle);
	element_text(r, node, &into);
}

static void set_link(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *href = markup_attribute(r, node, "href");
	if (href && *href && !r->link)
		r->link = markup_url(r, node, href);
}

static void logo(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *href = markup_attribute(r, node, "href");
	if (href && *href && !r->logo)
		r->logo = markup_url(r, node, href);
}

static const struct element cdf_elements[] = {
	{ "title", element_text, ELEMENT_FIELD(title, NATIVE) },
	{ "abstract", abstract, .rank = RECORD_NATIVE },
	{ "a", .read = set_link },
	{ "logo", .read = logo },
	{ .name = NULL },
};

static void attributes(struct record *r, xmlNode *node)
{
	set_link(r, node, NULL);
	char *modified = markup_attribute(r, node, "lastmod");
	if (!modified || !*modified)
		return;
	r->updated = (struct record_date){ .text = modified, .rank = RECORD_NATIVE };
	if (!dates_parse(modified, &r->updated.ms))
		r->updated.ms = 0;
}

/* Upper case distinguishes it from an RSS <channel> without <rss>. */
static bool is_cdf(const struct feed_input *in) { return in->root && !strcmp((const char *)in->root->name, "CHANNEL"); }

static bool read_cdf(struct feed *feed, const struct feed_input *in, struct error *err)
{
	(void)err;
	feed->format = "cdf";
	attributes(feed->record, in->root);
	for (xmlNode *c = markup_element(in->root->children); c; c = markup_element(c->next)) {
		size_t before = feed->count;
		if (!markup_is(c, "item")) {
			dispatch_element(feed->record, c, cdf_elements);
			continue;
		}
		xml_feed_read_item(feed, c, cdf_elements);
		if (feed->count > before)
			attributes(feed->records[before], c);
	}
	return true;
}

const struct dialect cdf_dialect = { is_cdf, read_cdf };
