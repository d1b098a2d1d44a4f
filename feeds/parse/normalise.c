#include "feeds/parse/normalise.h"
#include "feeds/dates/dates.h"
#include "feeds/parse/fullest.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* A longer title is content in the wrong element. */
#define LONGEST_TITLE 500
/* Of persons and tags.  Those of the feed are copied to each entry, so they have to be short. */
#define LONGEST_NAME 200
/* RFC 5646 section 4.4.1 */
#define LONGEST_LANGUAGE 35
enum { HUBS = 10 };

static char *name(void *owner, const char *s) { return s ? text_cut(owner, s, LONGEST_NAME) : NULL; }

static char *language_tag(void *owner, const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t n = s ? strnlen(s, LONGEST_LANGUAGE + 1) : 0;
	return n && n <= LONGEST_LANGUAGE && !s[strspn(s, letters)] ? mem_dup(owner, s) : NULL;
}

/* The visible text, cut to the length of a title; NULL when there is none. */
static char *plain(void *owner, const struct record_text *t)
{
	if (text_blank(t->value))
		return NULL;
	void *scratch = talloc_new(owner);
	struct html_node *root = fullest_is_html(t) ? html_parse(scratch, t->value, strlen(t->value)) : NULL;
	char *text = root ? html_line(scratch, root, LONGEST_TITLE * 4) : text_squeeze(scratch, t->value);
	char *title = *text ? text_cut(owner, text, LONGEST_TITLE) : NULL;
	talloc_free(scratch);
	return title;
}

static const char *page(const struct record *r)
{
	const char *original = record_value(r, "original_link");
	if (original && url_valid(original))
		return original;
	if (r->link && url_valid(r->link))
		return r->link;
	const char *alternate = record_link(r, "alternate");
	if (alternate && url_valid(alternate))
		return alternate;
	return r->part == RECORD_ITEM && r->id && !r->id_is_opaque && url_valid(r->id) ? r->id : NULL;
}

/* A feed names the place that an entry was copied from by the link "via"; without the source's own data that link only says who pointed
 * to it.  An object says it as "via" alone. */
static const char *first_place(const struct record *r)
{
	const char *via = record_value(r, "via");
	if (!via && r->source)
		via = record_link(r, "via");
	return via && url_valid(via) ? via : NULL;
}

static bool same(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

/* The feed that an aggregator took the entry from.  Some name themselves, and some only the host that the link shows. */
static void set_via(struct entry *e, const struct record *from, const struct feed *feed)
{
	const char *self = record_link(from, "self"), *url = page(from), *origin = entry_origin(e);
	url = url ? url : self && url_valid(self) ? self : NULL;
	char *title = name(e, plain(e, &from->title)), *shown = origin ? url_authority(e, origin) : NULL;
	if (!title && url)
		title = url_authority(e, url);
	if (!title || same(feed->title, title) || same(feed->self, url) || same(shown, title))
		return;
	e->via = title;
	e->via_url = mem_dup_or_null(e, url);
}

static void copy_people(struct entry *e, const struct entry_person *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*mem_push(e, e->authors, e->author_count) = (struct entry_person){
			name(e, from[i].name), name(e, from[i].email), from[i].url && strnlen(from[i].url, URL_MAX) < URL_MAX ? mem_dup(e, from[i].url) : NULL };
}

/* RFC 4287 section 4.2.1: an entry without authors has those of its source, else of the feed.  The managingEditor of RSS is
 * not an author. */
static void set_people(struct entry *e, const struct record *r, const struct record *feed)
{
	const struct record *from = r->author_count || !r->source || !r->source->author_count ? r : r->source;
	if (!from->author_count && feed->author_rank > RECORD_APPROXIMATE)
		from = feed;
	copy_people(e, from->authors, from->author_count);
}

static int64_t length(const char *s)
{
	char *end;
	long long n = s ? strtoll(s, &end, 10) : -1;
	return s && end != s && n >= 0 ? n : -1;
}

static void set_links(struct entry *e, const struct record *r)
{
	for (size_t i = 0; i < r->link_count; i++) {
		const struct record_link *l = &r->links[i];
		bool enclosure = !strcmp(l->rel, "enclosure"), media = !strcmp(l->rel, "media");
		bool known = !l->href || !url_valid(l->href);
		for (size_t k = 0; k < e->enclosure_count && !known && media; k++)
			known = !strcmp(e->enclosures[k].url, l->href);
		if ((enclosure || media) && !known && e->enclosure_count < 100)
			*mem_push(e, e->enclosures, e->enclosure_count) = (struct entry_enclosure){
				mem_dup(e, l->href), mem_dup_or_null(e, l->type), mem_dup_or_null(e, l->title), length(l->length) };
	}
}

static void set_image(struct entry *e, const struct record *r)
{
	const struct record_image *from = r->picture_count ? &r->pictures[0] : &r->image;
	for (size_t i = 1; i < r->picture_count; i++)
		if (r->pictures[i].width > from->width)
			from = &r->pictures[i];
	if (from->href && url_valid(from->href))
		e->image = (struct entry_image){ mem_dup(e, from->href), mem_dup_or_null(e, from->title), from->width, from->height };
	for (size_t i = 0; i < e->enclosure_count && !e->image.url; i++)
		if (e->enclosures[i].type && text_starts(e->enclosures[i].type, "image/"))
			e->image.url = mem_dup(e, e->enclosures[i].url);
}

static void set_tags(const struct record *r, void *owner, const char ***tags, size_t *count)
{
	for (size_t i = 0; i < r->tag_count; i++) {
		const char *tag = text_blank(r->tags[i].label) ? r->tags[i].term : r->tags[i].label;
		bool known = false;
		for (size_t k = 0; k < *count && !known; k++)
			known = text_same((*tags)[k], tag);
		if (!known)
			*mem_push(owner, *tags, *count) = name(owner, tag);
	}
}

static void set_dates(struct entry *e, const struct record *r)
{
	const struct record_date *published = r->published.ms ? &r->published : r->created.ms ? &r->created : &r->updated;
	e->published = published->ms;
	e->published_text = mem_dup_or_null(e, published->text ? published->text : r->published.text);
	e->day_offset_said = published->ms && dates_offset_said(published->text, &e->day_offset);
	e->updated = r->updated.ms;
	e->updated_text = mem_dup_or_null(e, r->updated.text);
}

/* The base of relative links: xml:base if text has one, else the page of the post, else the URL of the feed. */
static void set_base(struct record *r, const struct record_text *text, const char *link, const char *url)
{
	const char *named = text && text->base && (r->in_page || !url || strcmp(text->base, url)) ? text->base : NULL;
	r->base = named ? named : link ? link : url;
}

/* JSON Feed: the page that the post is about, which readers show too. */
static char *with_external(struct entry *e, const struct record *r)
{
	const char *url = record_link(r, "external");
	if (!url || !url_valid(url) || (e->content && strstr(e->content, url)))
		return mem_dup_or_null(e, e->content);
	struct document *d = document_new(e);
	char *host = url_authority(d, url);
	fprintf(document_out(d), "%s<p><a href=\"", e->content ? e->content : "");
	html_attr(document_out(d), url);
	fputs("\">", document_out(d));
	html_text(document_out(d), host ? host : url);
	fputs("</a></p>", document_out(d));
	return document_finish(d, e);
}

static struct entry *make_entry(struct feed *feed, struct record *r, const char *url)
{
	struct entry *e = mem_new(feed, struct entry);
	struct fullest full = fullest_of(e, r);
	const struct record_text *content = full.text;
	e->guid = text_blank(r->id) ? NULL : text_trim(e, r->id);
	e->link = mem_dup_or_null(e, page(r));
	e->origin = mem_dup_or_null(e, first_place(r));
	e->title = plain(e, &r->title);
	if (r->source)
		set_via(e, r->source, feed);
	e->content = full.content;
	e->content = with_external(e, r);
	e->summary = full.summary;
	const char *language = content && content->language ? content->language : r->language ? r->language : feed->language;
	e->language = language_tag(e, language);
	e->comments = r->comments && url_valid(r->comments) ? mem_dup(e, r->comments) : NULL;
	e->warning = record_value(r, "warning") ? text_cut(e, record_value(r, "warning"), LONGEST_TITLE) : NULL;
	e->audience = record_value(r, "unlisted") ? ENTRY_UNLISTED : ENTRY_LISTED;
	set_people(e, r, feed->record);
	set_links(e, r);
	set_image(e, r);
	set_tags(r, e, &e->tags, &e->tag_count);
	set_dates(e, r);
	set_base(r, content, e->link, url);
	return e;
}

static const char *valid(const char *url) { return url && url_valid(url) ? url : NULL; }

/* updateFrequency times per updatePeriod, which is a day by default (web.resource.org/rss/1.0/modules/syndication). */
static int64_t update_every(const struct record *r)
{
	static const struct { const char *name; int64_t length; } periods[] = {
		{ "hourly", CLOCK_HOUR }, { "daily", CLOCK_DAY }, { "weekly", 7 * CLOCK_DAY }, { "monthly", 30 * CLOCK_DAY }, { "yearly", 365 * CLOCK_DAY },
	};
	const char *period = record_value(r, "sy_updateperiod"), *frequency = record_value(r, "sy_updatefrequency");
	int64_t times = frequency ? length(frequency) : 1, each = CLOCK_DAY;
	/* JSON Feed: the feed will not be updated any more. */
	if (record_value(r, "expired"))
		return 365 * CLOCK_DAY;
	if (!period && !frequency)
		return 0;
	for (size_t i = 0; period && i < sizeof periods / sizeof *periods; i++)
		if (text_same(period, periods[i].name))
			each = periods[i].length;
	return times > 0 && times <= each / CLOCK_SECOND ? each / times : 0;
}

static void set_head(struct feed *feed)
{
	const struct record *r = feed->record;
	feed->title = plain(feed, &r->title);
	feed->summary = fullest_html(feed, r->subtitle.value ? &r->subtitle : &r->summary);
	feed->link = page(r);
	feed->id = r->id;
	feed->self = valid(record_link(r, "self"));
	feed->next = valid(record_link(r, "next"));
	feed->previous = valid(record_link(r, "prev-archive"));
	feed->current = valid(record_link(r, "current"));
	feed->complete = record_value(r, "fh_complete") != NULL;
	feed->archive = record_value(r, "fh_archive") != NULL;
	for (size_t i = 0; i < r->link_count && feed->hub_count < HUBS; i++)
		if (text_same(r->links[i].rel, "hub") && valid(r->links[i].href))
			*mem_push(feed, feed->hubs, feed->hub_count) = r->links[i].href;
	feed->deleted = r->deleted;
	feed->deleted_count = r->deleted_count;
	feed->language = language_tag(feed, r->language);
	feed->generator = r->generator;
	feed->rights = plain(feed, &r->rights);
	feed->authors = r->authors;
	feed->author_count = r->author_count;
	set_tags(r, feed, &feed->tags, &feed->tag_count);
	const char *image = r->image.href ? r->image.href : r->logo ? r->logo : r->icon;
	if (valid(image))
		feed->image = (struct entry_image){ image, r->image.title, r->image.width, r->image.height };
	feed->published = r->published.ms;
	feed->published_text = r->published.text;
	feed->updated = r->updated.ms;
	feed->updated_text = r->updated.text;
	int64_t ttl = length(r->ttl);
	feed->ttl = ttl > 0 && ttl < 1000000 ? (int)ttl : 0;
	feed->update_every = update_every(r);
	feed->skip_hours = r->skip_hours;
	feed->skip_days = r->skip_days;
}

void normalise_feed(struct feed *feed, const char *url)
{
	set_head(feed);
	feed->entries = mem_array(feed, struct entry *, feed->count + 1);
	for (size_t i = 0; i < feed->count; i++)
		feed->entries[i] = make_entry(feed, feed->records[i], url);
}
