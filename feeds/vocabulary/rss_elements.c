/* The elements of RSS, every version from 0.90 to 2.0. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/record_markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

static void link(struct record *r, xmlNode *node, const struct element *row)
{
	char *text = markup_text(r, node);
	if (!*text) {
		/* An Atom link without its namespace. */
		atom_link(r, node, row);
		return;
	}
	char *url = markup_url(r, node, text);
	if (url && !r->link)
		r->link = url;
}

/* The description of a channel is its subtitle.  That of an item is its summary, or its content if the item has an element
 * <summary> as well. */
static void description(struct record *r, xmlNode *node, const struct element *row)
{
	struct element into = *row;
	if (r->part == RECORD_ITEM && r->summary.rank == RECORD_NATIVE && !text_blank(r->summary.value)) {
		element_content(r, node, row);
		return;
	}
	into.slot = r->part == RECORD_ITEM ? offsetof(struct record, summary) : offsetof(struct record, subtitle);
	element_html(r, node, &into);
	r->summary_is_description = r->part == RECORD_ITEM && !text_blank(r->summary.value);
}

static void guid(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *text = markup_text(r, node), *permanent = markup_attribute(r, node, "isPermaLink");
	if (!*text || r->id)
		return;
	r->id_is_opaque = text_same(permanent, "false");
	r->id_is_link = !r->id_is_opaque;
	r->id = text;
}

static void category(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *scheme = markup_attribute(r, node, "domain"), *term = markup_text(r, node);
	if (!*term)
		atom_category(r, node, row);
	else
		record_add_tag(r, term, scheme, NULL);
}

static void enclosure(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *url = markup_attribute(r, node, "url");
	url = text_blank(url) ? NULL : markup_url(r, node, url);
	if (url && *url)
		record_add_link(r, (struct record_link){ .rel = "enclosure", .href = url, .type = markup_attribute(r, node, "type"),
		                                         .length = markup_attribute(r, node, "length") });
}

static char *child_text(struct record *r, xmlNode *node, const char *name)
{
	xmlNode *child = markup_child(node, name);
	return child ? markup_text(r, child) : NULL;
}

static void image(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *url = child_text(r, node, "url"), *link = child_text(r, node, "link");
	char *width = child_text(r, node, "width"), *height = child_text(r, node, "height");
	struct record_image *i = &r->image;
	if (r->part == RECORD_ITEM && !url)
		url = markup_text(r, node);
	i->href = text_blank(url) ? i->href : markup_url(r, node, url);
	i->link = text_blank(link) ? i->link : markup_url(r, node, link);
	i->title = child_text(r, node, "title");
	i->description = child_text(r, node, "description");
	i->width = width ? atoi(width) : 0;
	i->height = height ? atoi(height) : 0;
}

static void author(struct record *r, xmlNode *node, const struct element *row)
{
	if (markup_element(node->children))
		atom_author(r, node, row);
	else
		element_author(r, node, row);
}

/* <source url="feed">Title</source>, or a source as in Atom. */
static void source(struct record *r, xmlNode *node, const struct element *row)
{
	char *url = markup_attribute(r, node, "url");
	if (markup_element(node->children)) {
		atom_source(r, node, row);
		return;
	}
	if (r->source)
		return;
	r->source = record_new(r, RECORD_SOURCE);
	char *title = markup_text(r, node);
	element_set_text(&r->source->title, (struct record_text){ .value = title, .type = record_looks_like_html(title) ? RECORD_HTML : RECORD_PLAIN }, RECORD_NATIVE);
	r->source->link = url ? markup_url(r, node, url) : NULL;
}

/* "one, two", or an element for each: not in any specification, but in use. */
static void tags(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		record_add_tag(r, markup_text(r, c), NULL, NULL);
	if (markup_element(node->children))
		return;
	for (char *rest = markup_text(r, node), *word; (word = strsep(&rest, ","));)
		record_add_tag(r, text_trim(r, word), NULL, NULL);
}

/* The only content of a feed that has moved. */
static void redirect(struct record *r, xmlNode *node, const struct element *row)
{
	char *to = child_text(r, node, "newlocation");
	(void)row;
	if (to && *to)
		record_set_value(r, "newlocation", markup_url(r, node, to));
}

static void cloud(struct record *r, xmlNode *node, const struct element *row)
{
	static const struct { const char *attribute, *value; } parts[] = {
		{ "domain", "cloud_domain" }, { "port", "cloud_port" }, { "path", "cloud_path" }, { "protocol", "cloud_protocol" },
		{ "registerProcedure", "cloud_registerprocedure" },
	};
	(void)row;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *value = markup_attribute(r, node, parts[i].attribute);
		if (value)
			record_set_value(r, parts[i].value, value);
	}
}

const struct element rss_elements[] = {
	{ "title", element_text, ELEMENT_FIELD(title, NATIVE) },
	{ "link", link, ELEMENT_FIELD(link, NATIVE) },
	{ "description", description, ELEMENT_FIELD(summary, NATIVE) },
	{ "guid", guid, ELEMENT_FIELD(id, NATIVE) },
	{ "language", element_string, ELEMENT_FIELD(language, NATIVE) },
	{ "copyright", element_text, ELEMENT_FIELD(rights, NATIVE) },
	{ "pubdate", element_date, ELEMENT_FIELD(published, NATIVE) },
	{ "lastbuilddate", element_date, ELEMENT_FIELD(updated, NATIVE) },
	{ "expirationdate", element_date, ELEMENT_FIELD(expired, NATIVE) },
	{ "category", category, ELEMENT_FIELD(tags, NATIVE) },
	{ "tags", tags, ELEMENT_FIELD(tags, NATIVE) },
	{ "redirect", .read = redirect },
	{ "generator", element_string, ELEMENT_FIELD(generator, NATIVE) },
	{ "ttl", element_string, ELEMENT_FIELD(ttl, NATIVE) },
	{ "skiphours", syndication_skip_hours, ELEMENT_FIELD(skip_hours, NATIVE) },
	{ "skipdays", syndication_skip_days, ELEMENT_FIELD(skip_days, NATIVE) },
	{ "comments", element_url, ELEMENT_FIELD(comments, NATIVE) },
	{ "image", image, ELEMENT_FIELD(image, NATIVE) },
	{ "enclosure", enclosure, ELEMENT_FIELD(links, NATIVE) },
	{ "author", author, ELEMENT_FIELD(authors, NATIVE) },
	{ "managingeditor", element_author, ELEMENT_FIELD(authors, APPROXIMATE) },
	{ "webmaster", element_publisher, ELEMENT_FIELD(publisher, NATIVE) },
	{ "source", source, .inside = ELEMENT_SOURCE },
	{ "body", element_content, ELEMENT_FIELD(contents, NATIVE) },
	{ "fullitem", element_content, ELEMENT_FIELD(contents, NATIVE) },
	{ "cloud", .read = cloud },
	{ "docs", element_value_url, .word = "docs" },
	{ .name = NULL },
};
