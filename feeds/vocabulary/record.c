#include "feeds/vocabulary/record.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Each tag is compared with all before it. */
#define MOST_TAGS 500
#define MOST_LINKS 1000
#define MOST_AUTHORS 100

struct record *record_new(void *owner, enum record_part part)
{
	struct record *r = mem_new(owner, struct record);
	r->part = part;
	return r;
}

const char *record_link(const struct record *r, const char *rel)
{
	for (size_t i = 0; i < r->link_count; i++)
		if (!strcmp(r->links[i].rel, rel))
			return r->links[i].href;
	return NULL;
}

void record_add_link(struct record *r, struct record_link link)
{
	if (r->link_count < MOST_LINKS)
		*mem_push(r, r->links, r->link_count) = link;
}

void record_add_tag(struct record *r, const char *term, const char *scheme, const char *label)
{
	if ((text_blank(term) && text_blank(label)) || r->tag_count == MOST_TAGS)
		return;
	term = text_blank(term) ? "" : record_plain(r, term);
	label = label ? record_plain(r, label) : NULL;
	for (size_t i = 0; i < r->tag_count; i++) {
		const struct record_tag *t = &r->tags[i];
		if (!strcmp(t->term, term) && text_same(t->scheme, scheme) && text_same(t->label, label))
			return;
	}
	*mem_push(r, r->tags, r->tag_count) = (struct record_tag){ term, scheme, label };
}

void record_add_author(struct record *r, struct entry_person author, enum record_rank rank)
{
	if (rank < r->author_rank || (text_blank(author.name) && text_blank(author.email) && text_blank(author.url)))
		return;
	if (rank > r->author_rank)
		r->author_count = 0;
	r->author_rank = rank;
	if (r->author_count < MOST_AUTHORS)
		*mem_push(r, r->authors, r->author_count) = author;
}

const char *record_value(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->value_count; i++)
		if (!strcmp(r->values[i].name, name))
			return r->values[i].value;
	return NULL;
}

void record_set_value(struct record *r, const char *name, const char *value)
{
	for (size_t i = 0; i < r->value_count; i++)
		if (!strcmp(r->values[i].name, name)) {
			if (!*r->values[i].value)
				r->values[i].value = value;
			return;
		}
	*mem_push(r, r->values, r->value_count) = (struct record_value){ name, value };
}

/* Does [s, s+n) look like a mail address? */
static bool is_mail(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	return at && at > s && at < s + n - 1 && !memchr(at + 1, '@', (size_t)(s + n - at - 1)) && !memchr(s, ' ', n);
}

static const char *name_of(void *owner, const char *before, size_t before_n, const char *after)
{
	char *both = mem_printf(owner, "%.*s%s", (int)before_n, before, after);
	char *name = text_squeeze(owner, both);
	size_t n = strlen(name);
	talloc_free(both);
	if (n >= 2 && strchr("(\"'", *name) && strchr(")\"'", name[n - 1]))
		name = text_trim(owner, mem_ndup(owner, name + 1, n - 2));
	return *name ? name : NULL;
}

struct entry_person record_person(void *owner, const char *text)
{
	struct entry_person person = { 0 };
	char *s = text_squeeze(owner, record_plain(owner, text));
	for (char *p = s; *p;) {
		size_t n = strcspn(p, " \t<>()[],;\"");
		size_t scheme = n > 7 && !strncasecmp(p, "mailto:", 7) ? 7 : 0;
		if (n > scheme && is_mail(p + scheme, n - scheme)) {
			person.email = mem_ndup(owner, p + scheme, n - scheme);
			char *tail = p + n, *head = p;
			/* The brackets around the address are not part of the name. */
			if (head > s && strchr("<([", head[-1]) && *tail && strchr(">)]", *tail))
				head--, tail++;
			person.name = name_of(owner, s, (size_t)(head - s), tail);
			return person;
		}
		p += n ? n : 1;
	}
	person.name = *s ? s : NULL;
	return person;
}
