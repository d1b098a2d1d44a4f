#include "feeds/vocabulary/record.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(type, record, offset) ((type *)(void *)((char *)(record) + (offset)))

static void fill_texts(struct record *r, struct record *from)
{
	static const size_t strings[] = {
		offsetof(struct record, id), offsetof(struct record, link), offsetof(struct record, comments), offsetof(struct record, icon),
		offsetof(struct record, logo), offsetof(struct record, language), offsetof(struct record, ttl), offsetof(struct record, generator),
	}, texts[] = { offsetof(struct record, title), offsetof(struct record, subtitle), offsetof(struct record, summary), offsetof(struct record, rights) };
	if (!r->id) {
		r->id_is_link = from->id_is_link;
		r->id_is_opaque = from->id_is_opaque;
	}
	for (size_t i = 0; i < COUNT(strings); i++)
		if (text_blank(*AT(const char *, r, strings[i])))
			*AT(const char *, r, strings[i]) = *AT(const char *, from, strings[i]);
	for (size_t i = 0; i < COUNT(texts); i++)
		if (text_blank(AT(struct record_text, r, texts[i])->value))
			*AT(struct record_text, r, texts[i]) = *AT(struct record_text, from, texts[i]);
}

static void fill_dates(struct record *r, struct record *from)
{
	static const size_t dates[] = { offsetof(struct record, published), offsetof(struct record, updated), offsetof(struct record, created), offsetof(struct record, expired) };
	for (size_t i = 0; i < COUNT(dates); i++)
		if (!AT(struct record_date, r, dates[i])->ms)
			*AT(struct record_date, r, dates[i]) = *AT(struct record_date, from, dates[i]);
}

static void fill_people(struct record *r, const struct record *from)
{
	if (!r->author_count) {
		r->authors = from->authors;
		r->author_count = from->author_count;
		r->author_rank = from->author_rank;
	}
	if (!r->contributor_count) {
		r->contributors = from->contributors;
		r->contributor_count = from->contributor_count;
	}
	if (!r->publisher.name && !r->publisher.email)
		r->publisher = from->publisher;
}

static void fill_contents(struct record *r, const struct record *from)
{
	if (!r->content_count) {
		r->contents = from->contents;
		r->content_count = from->content_count;
	}
	if (!r->picture_count) {
		r->pictures = from->pictures;
		r->picture_count = from->picture_count;
	}
	if (!r->image.href)
		r->image = from->image;
	if (!r->place.type)
		r->place = from->place;
	if (!r->source)
		r->source = from->source;
}

void record_fill(struct record *r, const struct record *from)
{
	struct record given = *from;
	size_t links = r->link_count, tags = r->tag_count;
	fill_texts(r, &given);
	fill_dates(r, &given);
	fill_people(r, from);
	fill_contents(r, from);
	for (size_t i = 0; i < from->link_count; i++) {
		bool has = false;
		for (size_t k = 0; k < links && !has; k++)
			has = !strcmp(r->links[k].rel, from->links[i].rel);
		if (!has)
			record_add_link(r, from->links[i]);
	}
	for (size_t i = 0; i < from->tag_count && !tags; i++)
		record_add_tag(r, from->tags[i].term, from->tags[i].scheme, from->tags[i].label);
	for (size_t i = 0; i < from->value_count; i++)
		record_set_value(r, from->values[i].name, from->values[i].value);
}
