/* RSS of every version: 0.90 to 2.0, RDF included. */
#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

static void link(struct record *r, xmlNode *node, const struct element *how)
{
	char *text = markup_text(r, node);
	if (!*text) {
		/* An Atom link that lost its namespace. */
		atom_link(r, node, how);
		return;
	}
	char *url = markup_url(r, node, text);
	if (url && !r->link)
		r->link = url;
}

/* The channel's is its subtitle; an item's is its summary, or all that there is of it.  Beside an element of the name
 * "summary" it is the text. */
static void description(struct record *r, xmlNode *node, const struct element *how)
{
	struct element into = *how;
	if (r->part == RECORD_ITEM && r->summary.rank == RECORD_OWN) {
		element_content(r, node, how);
		return;
	}
	into.slot = r->part == RECORD_ITEM ? offsetof(struct record, summary) : offsetof(struct record, subtitle);
	element_html(r, node, &into);
}

static void guid(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	char *text = markup_text(r, node), *permanent = markup_attribute(r, node, "isPermaLink");
	if (!*text || r->id)
		return;
	r->id_is_link = !text_same(permanent, "false");
	r->id = text;
}

static void category(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	char *scheme = markup_attribute(r, node, "domain"), *term = markup_text(r, node);
	if (!*term)
		atom_category(r, node, how);
	else
		record_add_tag(r, term, scheme, NULL);
}

static void enclosure(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	char *url = markup_attribute(r, node, "url");
	url = url ? markup_url(r, node, url) : NULL;
	if (url && *url)
		record_add_link(r, (struct record_link){ .rel = "enclosure", .href = url, .type = markup_attribute(r, node, "type"),
		                                         .length = markup_attribute(r, node, "length") });
}

static char *child_text(struct record *r, xmlNode *node, const char *name)
{
	xmlNode *child = markup_child(node, name);
	return child ? markup_text(r, child) : NULL;
}

static void image(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	char *url = child_text(r, node, "url"), *link = child_text(r, node, "link");
	char *width = child_text(r, node, "width"), *height = child_text(r, node, "height");
	struct record_image *i = &r->image;
	if (r->part == RECORD_ITEM && !url)
		url = markup_text(r, node);
	i->href = url ? markup_url(r, node, url) : i->href;
	i->link = link ? markup_url(r, node, link) : i->link;
	i->title = child_text(r, node, "title");
	i->description = child_text(r, node, "description");
	i->width = width ? atoi(width) : 0;
	i->height = height ? atoi(height) : 0;
}

static void author(struct record *r, xmlNode *node, const struct element *how)
{
	if (markup_element(node->children))
		atom_author(r, node, how);
	else
		element_author(r, node, how);
}

/* <source url="feed">Title</source>, or Atom's. */
static void source(struct record *r, xmlNode *node, const struct element *how)
{
	char *url = markup_attribute(r, node, "url");
	if (markup_element(node->children)) {
		atom_source(r, node, how);
		return;
	}
	if (r->source)
		return;
	r->source = record_new(r, RECORD_SOURCE);
	element_say(&r->source->title, (struct record_text){ .value = markup_text(r, node), .type = RECORD_PLAIN }, RECORD_OWN);
	r->source->link = url ? markup_url(r, node, url) : NULL;
}

/* "one, two": not RSS, but seen. */
static void tags(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	for (char *rest = markup_text(r, node), *word; (word = strsep(&rest, ","));)
		record_add_tag(r, text_trim(r, word), NULL, NULL);
}

/* All that is left of a feed that has moved. */
static void redirect(struct record *r, xmlNode *node, const struct element *how)
{
	char *to = child_text(r, node, "newlocation");
	(void)how;
	if (to && *to)
		record_set_value(r, "newlocation", markup_url(r, node, to));
}

static void cloud(struct record *r, xmlNode *node, const struct element *how)
{
	static const struct { const char *attribute, *value; } parts[] = {
		{ "domain", "cloud_domain" }, { "port", "cloud_port" }, { "path", "cloud_path" }, { "protocol", "cloud_protocol" },
		{ "registerProcedure", "cloud_registerprocedure" },
	};
	(void)how;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *value = markup_attribute(r, node, parts[i].attribute);
		if (value)
			record_set_value(r, parts[i].value, value);
	}
}

#define TEXT(field) offsetof(struct record, field), RECORD_OWN, NULL

const struct element rss_elements[] = {
	{ "title", element_text, TEXT(title) },
	{ "link", link, TEXT(link) },
	{ "description", description, TEXT(summary) },
	{ "guid", guid, TEXT(id) },
	{ "language", element_string, TEXT(language) },
	{ "copyright", element_text, TEXT(rights) },
	{ "pubdate", element_date, TEXT(published) },
	{ "lastbuilddate", element_date, TEXT(updated) },
	{ "expirationdate", element_date, TEXT(expired) },
	{ "category", category, TEXT(tags) },
	{ "tags", tags, TEXT(tags) },
	{ "redirect", redirect, 0, RECORD_OWN, NULL },
	{ "generator", element_string, TEXT(generator) },
	{ "ttl", element_string, TEXT(ttl) },
	{ "skiphours", syndication_skip_hours, TEXT(skip_hours) },
	{ "skipdays", syndication_skip_days, TEXT(skip_days) },
	{ "comments", element_url, TEXT(comments) },
	{ "image", image, TEXT(image) },
	{ "enclosure", enclosure, TEXT(links) },
	{ "author", author, TEXT(authors) },
	{ "managingeditor", element_author, offsetof(struct record, authors), RECORD_DISTANT, NULL },
	{ "webmaster", element_publisher, TEXT(publisher) },
	{ "source", source, TEXT(source) },
	{ "body", element_content, TEXT(contents) },
	{ "fullitem", element_content, TEXT(contents) },
	{ "cloud", cloud, 0, RECORD_OWN, NULL },
	{ "docs", element_value_url, 0, RECORD_OWN, "docs" },
	{ NULL, NULL, 0, 0, NULL },
};

bool rss_is(const struct feed_input *in)
{
	return in->root && (markup_is(in->root, "rss") || markup_is(in->root, "rdf") || !strcmp((const char *)in->root->name, "channel"));
}

/* Netscape's and UserLand's 0.91 differ in their DTD alone, which is gone from the tree. */
static bool netscape(const struct feed_input *in)
{
	size_t n = in->size < 2048 ? in->size : 2048;
	return memmem(in->text, n, "netscape.com/publish/formats/rss-0.91.dtd", strlen("netscape.com/publish/formats/rss-0.91.dtd")) != NULL;
}

static const char *format(void *owner, const struct feed_input *in)
{
	static const struct { const char *version, *format; } versions[] = {
		{ "0.90", "rss090" }, { "0.91", "rss091u" }, { "0.92", "rss092" }, { "0.93", "rss093" }, { "0.94", "rss094" },
		{ "2.0", "rss20" }, { "2", "rss20" }, { "2.0.0", "rss20" }, { "2.01", "rss20" }, { "2.0.1", "rss20" }, { "2.1", "rss20" },
	};
	if (markup_is(in->root, "rdf")) {
		const xmlNode *channel = markup_child(in->root, "channel");
		const char *uri = channel && channel->ns ? (const char *)channel->ns->href : "";
		return strstr(uri, "simple/0.9") ? "rss090" : "rss10";
	}
	const char *version = markup_attribute(owner, in->root, "version");
	for (size_t i = 0; version && i < sizeof versions / sizeof *versions; i++)
		if (!strcmp(version, versions[i].version))
			return i == 1 && netscape(in) ? "rss091n" : versions[i].format;
	return "rss";
}

bool rss_read(struct feed *feed, const struct feed_input *in, struct error *err)
{
	(void)err;
	feed->format = format(feed, in);
	if (markup_is(in->root, "channel")) {
		walk_children(feed, in->root, rss_elements);
		return true;
	}
	for (xmlNode *c = markup_element(in->root->children); c; c = markup_element(c->next))
		if (markup_is(c, "channel"))
			walk_children(feed, c, rss_elements);
	/* In RDF, and in some that mean to be RSS, items stand beside the channel. */
	walk_children(feed, in->root, rss_elements);
	return true;
}
