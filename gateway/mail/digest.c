#include "gateway/mail/digest.h"
#include "gateway/archive/rendering/letter_html.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/mail/letter_frame.h"
#include <string.h>

/* Bytes of the letter around the posts; of the frame of a post; of the list of titles at most. */
enum { FRAME = 9000, POST_FRAME = 1000, TITLES = 24000, TITLE = 200, PREVIEW = 150, SUBJECT_TITLE = 120 };

enum shape { WHOLE, TEASER, HEADLINE };

struct shown {
	const struct digest_item *item;
	char *title, *link, *meta;
	char *html[HEADLINE];    /* whole and teaser */
	const char *from[HEADLINE]; /* what they were made of */
	enum shape shape;
};

struct digest {
	void *owner;
	struct shown *posts;
	size_t count;
};

static size_t size_of(const struct shown *s, enum shape shape) { return shape == HEADLINE ? 0 : strlen(s->html[shape]) + strlen(s->title) + POST_FRAME; }

static size_t total(const struct digest *d)
{
	size_t sum = FRAME;
	for (size_t i = 0; i < d->count; i++)
		sum += size_of(&d->posts[i], d->posts[i].shape);
	return sum;
}

/* The longest of the posts that have this shape; NULL: none has. */
static struct shown *longest(const struct digest *d, enum shape shape)
{
	struct shown *found = NULL;
	for (size_t i = 0; i < d->count; i++)
		if (d->posts[i].shape == shape && (!found || size_of(&d->posts[i], shape) > size_of(found, shape)))
			found = &d->posts[i];
	return found;
}

/* The longest posts become shorter until all fit into max bytes. */
static void shorten(struct digest *d, size_t max)
{
	struct shown *one;
	for (enum shape shape = WHOLE; shape < HEADLINE; shape++)
		while (total(d) > max && (one = longest(d, shape)))
			one->shape = shape + 1;
}

/* Authors, day and, where there are several, the source. */
static char *meta_of(void *owner, const struct digest_item *item, bool sources)
{
	char *authors = text_cut(owner, letter_unmarked(owner, entry_author_names(owner, item->entry)), TITLE), *day = entry_day(owner, item->entry, "%-d %B %Y");
	char *source = sources && item->source ? text_cut(owner, letter_unmarked(owner, item->source), TITLE) : NULL;
	return mem_printf(owner, "%s%s%s%s%s", source ? source : "", source ? " · " : "", authors, *authors ? " · " : "", day);
}

static bool several_sources(const struct digest_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (items[i].entry->source != items[0].entry->source)
			return true;
	return false;
}

static struct shown show(void *owner, const struct publication *p, const struct digest_item *item, bool sources)
{
	struct shown s = { .item = item };
	s.title = text_cut(owner, letter_unmarked(owner, entry_display_title(owner, item->entry)), TITLE);
	s.link = mem_printf(owner, "%s%s", p->url, entry_path(owner, item->entry));
	s.meta = meta_of(owner, item, sources);
	s.from[WHOLE] = letter_unmarked(owner, item->entry->cut ? item->entry->content : beside_content(owner, item->entry, p, BESIDE_LETTER));
	s.from[TEASER] = letter_unmarked(owner, item->entry->teaser ? item->entry->teaser : "");
	for (enum shape shape = WHOLE; shape < HEADLINE; shape++)
		s.html[shape] = letter_directed(owner, p, letter_unmarked(owner, letter_written(owner, letter_html_write, s.from[shape])), letter_plain(owner, s.from[shape]));
	/* Teasers of short posts are longer than these. */
	if (size_of(&s, TEASER) > size_of(&s, WHOLE)) {
		s.html[TEASER] = s.html[WHOLE];
		s.from[TEASER] = s.from[WHOLE];
	}
	return s;
}

/* The titles that stand on top; *left is how many have no room there. */
static json_t *headlines(const struct digest *d, size_t *left)
{
	json_t *list = json_array();
	size_t size = 0, i = 0;
	for (; i < d->count && size < TITLES; i++) {
		json_array_append_new(list, json_pack("{s:s, s:s}", "title", d->posts[i].title, "link", d->posts[i].link));
		size += strlen(d->posts[i].title) + strlen(d->posts[i].link) + POST_FRAME / 10;
	}
	*left = d->count - i;
	return list;
}

/* A part of a post, and that its rest is for supporters when it is. */
static char *part_of(const struct digest *d, const struct publication *p, const struct shown *s, bool html)
{
	const char *part = html ? s->html[s->shape] : letter_unmarked(d->owner, letter_plain(d->owner, s->from[s->shape]));
	return mem_printf(d->owner, "%s%s", part, s->item->entry->cut ? letter_for_supporters(d->owner, p, html) : "");
}

static json_t *bodies(const struct digest *d, const struct publication *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < d->count; i++) {
		const struct shown *s = &d->posts[i];
		if (s->shape != HEADLINE)
			json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", (json_int_t)s->item->entry->id, "title", s->title, "link", s->link, "meta", s->meta, "underline",
			                                      letter_underline(d->owner, s->title), "html", part_of(d, p, s, true), "text", part_of(d, p, s, false), "teaser",
			                                      !s->item->entry->cut && s->shape == TEASER && s->html[TEASER] != s->html[WHOLE]));
	}
	return list;
}

static const struct entry *newest(const struct digest_item *items, size_t count, int by)
{
	const struct entry *e = items[0].entry;
	for (size_t i = 1; i < count; i++)
		if (by * (items[i].entry->published - e->published) > 0)
			e = items[i].entry;
	return e;
}

/* "6 September 2026", "1 August 2026 – 6 September 2026" */
static char *span(void *owner, const struct digest_item *items, size_t count)
{
	char *first = entry_day(owner, newest(items, count, -1), "%-d %B %Y"), *last = entry_day(owner, newest(items, count, 1), "%-d %B %Y");
	return strcmp(first, last) == 0 ? last : mem_printf(owner, "%s – %s", first, last);
}

/* Says what is in it: "Brass and salt and 3 more". */
static char *subject_of(void *owner, const struct digest *d)
{
	return d->count == 1 ? d->posts[0].title : mem_printf(owner, "%s and %zu more", text_cut(owner, d->posts[0].title, SUBJECT_TITLE), d->count - 1);
}

struct letter *letter_of_digest(void *owner, const struct template_set *templates, const struct publication *p, const struct digest_item *items, size_t count,
                                struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	struct digest d = { l, mem_array(l, struct shown, count), count };
	size_t left;
	for (size_t i = 0; i < count; i++)
		d.posts[i] = show(l, p, &items[i], several_sources(items, count));
	json_t *titles = headlines(&d, &left);
	shorten(&d, DIGEST_HTML_MAX - (count > 1 ? TITLES : 0));
	l->subject = subject_of(l, &d);
	l->archived_at = count == 1 ? d.posts[0].link : mem_printf(l, "%s/archive", p->url);
	const char *excerpt = items[0].entry->excerpt;
	json_t *data = letter_frame(p, l->subject, text_cut(l, letter_unmarked(l, excerpt ? excerpt : ""), PREVIEW));
	json_object_update_new(data, json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:o}", "span", span(l, items, count), "link", l->archived_at, "read", LETTER_PLACE_READ, "underline",
	                                       letter_underline(l, l->subject), "several", count > 1, "headlines", titles, "posts", bodies(&d, p)));
	if (left)
		json_object_set_new(data, "more", json_integer((json_int_t)left));
	if (letter_render(l, templates, "digest", data, (const char *const[]){ "", "" }, (const char *const[]){ letter_foot(l, p, true), letter_foot(l, p, false) }, err))
		return l;
	talloc_free(l);
	return NULL;
}
