/* The podcast namespace of the Podcast Index, and Podlove Simple Chapters. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Attributes of one element, and elements of one record; the rest is dropped. */
enum { PARTS = 16, DETAILS = 2000 };

/* Adds the attributes by their names, and the text as "value"; URLs are made absolute. */
static struct record_detail *add(struct record *r, xmlNode *node, const char *name, bool many)
{
	char *text = markup_text(r, node);
	if (r->detail_count == DETAILS)
		return NULL;
	struct record_detail *d = mem_push(r, r->details, r->detail_count);
	*d = (struct record_detail){ .name = name, .many = many };
	for (xmlAttr *a = node->properties; a && d->count < PARTS; a = a->next) {
		const char *attribute = (const char *)a->name;
		char *value = a->ns ? NULL : markup_attribute(r, node, attribute), *key = text_lower(r, attribute);
		bool is_url = strcmp(key, "url") == 0 || strcmp(key, "href") == 0 || strcmp(key, "img") == 0 || strcmp(key, "image") == 0;
		if (value && is_url)
			value = markup_url(r, node, value);
		if (value)
			*mem_push(r, d->parts, d->count) = (struct record_value){ key, value };
	}
	if (!text_blank(text))
		*mem_push(r, d->parts, d->count) = (struct record_value){ "value", text };
	return d;
}

static void one(struct record *r, xmlNode *node, const struct element *row) { add(r, node, row->word, false); }
static void several(struct record *r, xmlNode *node, const struct element *row) { add(r, node, row->word, true); }

/* Another version of the enclosure, of which the first source is taken. */
static void alternate(struct record *r, xmlNode *node, const struct element *row)
{
	xmlNode *source = markup_child(node, "source");
	char *uri = source ? markup_attribute(r, source, "uri") : NULL, *href = uri ? markup_url(r, source, uri) : NULL;
	(void)row;
	if (href && *href)
		record_add_link(r, (struct record_link){ .rel = "enclosure", .href = href, .type = markup_attribute(r, node, "type"),
		                                         .title = markup_attribute(r, node, "title"), .length = markup_attribute(r, node, "length") });
}

const struct element podcast_elements[] = {
	{ "guid", element_value, .word = "podcast_guid" },
	{ "medium", element_value, .word = "podcast_medium" },
	{ "season", one, .word = "podcast_season" },
	{ "episode", one, .word = "podcast_episode" },
	{ "locked", one, .word = "podcast_locked" },
	{ "location", one, .word = "podcast_location" },
	{ "license", one, .word = "podcast_license" },
	{ "chapters", one, .word = "podcast_chapters" },
	{ "trailer", several, .word = "podcast_trailer" },
	{ "transcript", several, .word = "podcast_transcript" },
	{ "person", several, .word = "podcast_person" },
	{ "funding", several, .word = "podcast_funding" },
	{ "soundbite", several, .word = "podcast_soundbite" },
	{ "images", one, .word = "podcast_images" },
	{ "value", one, .word = "podcast_value" },
	{ "txt", several, .word = "podcast_txt" },
	{ "alternateenclosure", .read = alternate },
	{ .name = NULL },
};

static void chapters(struct record *r, xmlNode *node, const struct element *row)
{
	char *version = markup_attribute(r, node, "version");
	/* An item has at most one list (Podlove Simple Chapters 1.2).  The version marks that it was read. */
	if (record_value(r, row->word))
		return;
	record_set_value(r, row->word, version ? version : "");
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		if (markup_is(c, "chapter"))
			add(r, c, "psc_chapters/chapters", true);
}

/* podlove.org/simple-chapters */
const struct element chapter_elements[] = {
	{ "chapters", chapters, .word = "psc_chapters_version" },
	{ .name = NULL },
};
