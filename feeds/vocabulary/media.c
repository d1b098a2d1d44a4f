/* Media RSS: pictures, audio and video, and the texts about them. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/record_markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 100 };

static int pixels(struct record *r, const xmlNode *node, const char *name)
{
	char *value = markup_attribute(r, node, name);
	int n = value ? atoi(value) : 0;
	return n > 0 && n < 100000 ? n : 0;
}

/* The description of one picture, or its title, which are nested in it; or NULL. */
static char *words_of(struct record *r, const xmlNode *node)
{
	static const char *const names[] = { "description", "title" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (xmlNode *n = node->children; n; n = n->next)
			if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, names[i]) == 0 && !text_blank(markup_text(r, n)))
				return text_squeeze(r, markup_text(r, n));
	return NULL;
}

static void picture(struct record *r, xmlNode *node, const char *url)
{
	char *href = text_blank(url) ? NULL : markup_url(r, node, url);
	if (href && *href && r->picture_count < MOST)
		*mem_push(r, r->pictures, r->picture_count) =
			(struct record_image){ .href = href, .title = words_of(r, node), .width = pixels(r, node, "width"), .height = pixels(r, node, "height") };
}

static void thumbnail(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *url = markup_attribute(r, node, "url");
	picture(r, node, text_blank(url) ? markup_text(r, node) : url);
}

/* One of several pictures of a post; in a group they are sizes of one.  The face of the author, which WordPress adds, is none. */
static void attached_picture(struct record *r, xmlNode *node, const char *url, const char *type)
{
	picture(r, node, url);
	if (type && strcmp((const char *)node->parent->name, "group") != 0 && !strstr(url, "gravatar.com/avatar"))
		record_add_link(r, (struct record_link){ .rel = "media", .href = markup_url(r, node, url), .type = type, .title = words_of(r, node),
		                                         .length = markup_attribute(r, node, "fileSize") });
}

/* A picture, or something to play.  Its title and description are nested inside. */
static void content(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *url = markup_attribute(r, node, "url"), *type = markup_attribute(r, node, "type"), *medium = markup_attribute(r, node, "medium");
	if (url && *url && (text_same(medium, "image") || (type && text_starts(type, "image/"))))
		attached_picture(r, node, url, type);
	else if (url && *url && type && (text_starts(type, "audio/") || text_starts(type, "video/")))
		record_add_link(r, (struct record_link){ .rel = "media", .href = markup_url(r, node, url), .type = type,
		                                         .length = markup_attribute(r, node, "fileSize") });
}

/* type is "plain" or "html"; without one it is guessed. */
static void text(struct record *r, xmlNode *node, const struct element *row)
{
	char *type = markup_attribute(r, node, "type");
	struct record_text t = { .value = markup_text(r, node), .base = markup_base(node), .language = markup_language(node) };
	bool html = text_same(type, "html") || (!type && record_looks_like_html(t.value));
	t.type = html ? RECORD_HTML : RECORD_PLAIN;
	element_set_text((struct record_text *)(void *)((char *)r + row->slot), t, row->rank);
}

static void category(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *scheme = markup_attribute(r, node, "scheme");
	record_add_tag(r, markup_text(r, node), scheme ? scheme : "http://search.yahoo.com/mrss/category_schema", markup_attribute(r, node, "label"));
}

static void keywords(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	for (char *rest = markup_text(r, node), *word; (word = strsep(&rest, ","));)
		record_add_tag(r, text_trim(r, word), NULL, NULL);
}

const struct element media_elements[] = {
	{ "content", content, .inside = ELEMENT_UNWRAP },
	{ "group", .inside = ELEMENT_UNWRAP },
	{ "thumbnail", .read = thumbnail },
	{ "title", text, ELEMENT_FIELD(title, APPROXIMATE) },
	{ "description", text, ELEMENT_FIELD(summary, APPROXIMATE) },
	{ "category", .read = category },
	{ "keywords", .read = keywords },
	{ .name = NULL },
};
