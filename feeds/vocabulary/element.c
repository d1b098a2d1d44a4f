#include "feeds/vocabulary/element.h"
#include "feeds/dates/dates.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Contents and persons of one item; the rest is dropped. */
#define MOST 1000

#define SLOT(type, record, row) ((type *)(void *)((char *)(record) + (row)->slot))

void element_set_text(struct record_text *slot, struct record_text text, enum record_rank rank)
{
	bool better = text_blank(text.value) ? !slot->value : rank > slot->rank || text_blank(slot->value);
	if (!better)
		return;
	*slot = text;
	slot->rank = rank;
}

static struct record_text text_of(struct record *r, xmlNode *node)
{
	struct record_text t = { 0 };
	xmlNode *inside = node;
	if (markup_element(node->children)) {
		t.value = markup_mixed(r, node, &inside);
		t.type = RECORD_XHTML;
	} else {
		t.value = markup_text(r, node);
		t.type = record_looks_like_html(t.value) ? RECORD_HTML : RECORD_PLAIN;
	}
	t.base = markup_base(inside);
	t.language = markup_language(inside);
	return t;
}

void element_text(struct record *r, xmlNode *node, const struct element *row)
{
	element_set_text(SLOT(struct record_text, r, row), text_of(r, node), row->rank);
}

static struct record_text html_of(struct record *r, xmlNode *node)
{
	struct record_text t = text_of(r, node);
	if (!strcmp(t.type, RECORD_PLAIN))
		t.type = RECORD_HTML;
	return t;
}

void element_html(struct record *r, xmlNode *node, const struct element *row)
{
	element_set_text(SLOT(struct record_text, r, row), html_of(r, node), row->rank);
}

void element_content(struct record *r, xmlNode *node, const struct element *row)
{
	struct record_text t = html_of(r, node);
	t.rank = row->rank;
	if (r->content_count < MOST)
		*mem_push(r, r->contents, r->content_count) = t;
}

void element_string(struct record *r, xmlNode *node, const struct element *row)
{
	const char **slot = SLOT(const char *, r, row);
	char *s = markup_text(r, node);
	if (*s && !*slot)
		*slot = s;
}

void element_url(struct record *r, xmlNode *node, const struct element *row)
{
	const char **slot = SLOT(const char *, r, row);
	char *s = markup_text(r, node);
	if (*s && !*slot)
		*slot = markup_url(r, node, s);
}

void element_date(struct record *r, xmlNode *node, const struct element *row)
{
	struct record_date *slot = SLOT(struct record_date, r, row), date = { .text = markup_text(r, node), .rank = row->rank };
	if (!dates_parse(date.text, &date.ms))
		date.ms = 0;
	if (*date.text && (row->rank >= slot->rank || !slot->ms) && (date.ms || !slot->ms))
		*slot = date;
}

static void person(struct record *r, struct entry_person **all, size_t *count, xmlNode *node)
{
	struct entry_person p = record_person(r, markup_text(r, node));
	if ((p.name || p.email) && *count < MOST)
		*mem_push(r, *all, *count) = p;
}

void element_author(struct record *r, xmlNode *node, const struct element *row)
{
	struct entry_person p = record_person(r, markup_text(r, node));
	record_add_author(r, p, row->rank);
}

void element_contributor(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	person(r, &r->contributors, &r->contributor_count, node);
}

void element_publisher(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	if (!r->publisher.name && !r->publisher.email)
		r->publisher = record_person(r, markup_text(r, node));
}

void element_tag(struct record *r, xmlNode *node, const struct element *row)
{
	record_add_tag(r, markup_text(r, node), row->word, NULL);
}

void element_value(struct record *r, xmlNode *node, const struct element *row) { record_set_value(r, row->word, markup_text(r, node)); }

void element_value_url(struct record *r, xmlNode *node, const struct element *row)
{
	char *url = markup_url(r, node, markup_text(r, node));
	if (url)
		record_set_value(r, row->word, url);
}

void element_link(struct record *r, xmlNode *node, const struct element *row)
{
	char *url = markup_attribute_any(r, node, "resource");
	url = markup_url(r, node, url ? url : markup_text(r, node));
	if (url && *url)
		record_add_link(r, (struct record_link){ .rel = row->word, .href = url });
}
