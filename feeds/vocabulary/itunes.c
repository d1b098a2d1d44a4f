/* The iTunes namespace of podcasts. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char scheme[] = "http://www.itunes.com/";

/* The name is in an attribute; subcategories are nested inside. */
static void category(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *text = markup_attribute(r, node, "text");
	record_add_tag(r, text ? text : "", scheme, NULL);
}

static void keywords(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *rest = markup_text(r, node);
	const char *between = strchr(rest, ',') ? "," : " ";
	for (char *word; (word = strsep(&rest, between));)
		record_add_tag(r, text_trim(r, word), scheme, NULL);
}

static void image(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *href = markup_attribute(r, node, "href");
	if (!href)
		href = markup_attribute(r, node, "url");
	if (href && *href)
		r->image = (struct record_image){ .href = markup_url(r, node, href) };
}

/* An early form of the image. */
static void picture_link(struct record *r, xmlNode *node, const struct element *row)
{
	if (text_same(markup_attribute(r, node, "rel"), "image") && !r->image.href)
		image(r, node, row);
}

/* The owner of a podcast becomes the publisher; name and mail address are child elements. */
static void owner(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	xmlNode *name = markup_child(node, "name"), *email = markup_child(node, "email");
	r->publisher.name = name ? markup_text(r, name) : r->publisher.name;
	r->publisher.email = email ? markup_text(r, email) : r->publisher.email;
}

/* Not trimmed: as in Apple's directory, only exactly "yes" or "true" counts. */
static void literal(struct record *r, xmlNode *node, const struct element *row)
{
	xmlChar *text = xmlNodeGetContent(node);
	record_set_value(r, row->word, mem_dup(r, text ? (const char *)text : ""));
	xmlFree(text);
}

const struct element itunes_elements[] = {
	{ "author", element_author, ELEMENT_FIELD(authors, EXTENSION) },
	{ "title", element_text, ELEMENT_FIELD(title, APPROXIMATE) },
	{ "subtitle", element_text, ELEMENT_FIELD(subtitle, EXTENSION) },
	{ "summary", element_html, ELEMENT_FIELD(summary, EXTENSION) },
	{ "category", category, .inside = ELEMENT_UNWRAP },
	{ "keywords", .read = keywords },
	{ "image", .read = image },
	{ "link", .read = picture_link },
	{ "owner", .read = owner },
	{ "explicit", literal, .word = "itunes_explicit" },
	{ "block", literal, .word = "itunes_block" },
	{ "duration", element_value, .word = "itunes_duration" },
	{ "new-feed-url", element_value_url, .word = "newlocation" },
	{ .name = NULL },
};
