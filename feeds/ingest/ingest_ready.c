#include "feeds/ingest/ingest_ready.h"
#include "feeds/clean/clean.h"
#include "feeds/dates/dates.h"
#include "feeds/match/identity.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

static char *clean_or_null(void *owner, const char *html, const char *base, struct picture_list *pictures)
{
	return text_blank(html) ? NULL : clean_html_pictures(owner, html, strlen(html), base, pictures);
}

char *ingest_ready_warned(void *owner, const char *warning, const char *content)
{
	char *paragraph = entry_warning_html(NULL, warning), *whole = mem_printf(owner, "%s%s", paragraph, content);
	talloc_free(paragraph);
	return whole;
}

/* What an entry says of its date, or 0.  One in the future would keep a post at the top of every list. */
static int64_t said(const struct entry *e, int64_t now)
{
	int64_t date = e->published ? e->published : e->updated;
	return date ? dates_credible(date, now) : 0;
}

/* The dates of a feed while those that are missing are found. */
struct dating {
	const struct source *source;
	const struct feed *feed;
	int64_t now;
	int64_t *dates;             /* 0: not said */
	size_t *newer, *older;      /* of each entry, the nearest one with a date; count: there is none */
};

static void find_neighbours(struct dating *d, bool rising)
{
	size_t count = d->feed->count, *before = rising ? d->older : d->newer, *after = rising ? d->newer : d->older;
	for (size_t i = 0, near = count; i < count; i++) {
		before[i] = near;
		near = d->dates[i] ? i : near;
	}
	for (size_t i = count, near = count; i-- > 0;) {
		after[i] = near;
		near = d->dates[i] ? i : near;
	}
}

static int64_t distance(size_t a, size_t b) { return a > b ? (int64_t)(a - b) : (int64_t)(b - a); }

/* Of an entry that is newer than all with a date (older, the nearest one; count: there is none). */
static int64_t newest(const struct dating *d, size_t at, size_t older)
{
	const struct feed *feed = d->feed;
	int64_t of_feed = feed->published > feed->updated ? feed->published : feed->updated;
	if (d->source->imported)
		return d->now;
	if (older < feed->count)
		return dates_credible(d->dates[older] + distance(at, older) * CLOCK_SECOND, d->now);
	return (of_feed ? dates_credible(of_feed, d->now) : d->now) - (int64_t)at * CLOCK_SECOND;
}

static int64_t date_of(const struct dating *d, size_t at)
{
	size_t newer = d->newer[at], older = d->older[at], none = d->feed->count;
	if (d->dates[at])
		return d->dates[at];
	if (newer == none)
		return newest(d, at, older);
	if (older == none)
		return d->dates[newer] - distance(at, newer) * CLOCK_SECOND;
	return d->dates[older] + (d->dates[newer] - d->dates[older]) / (distance(at, older) + distance(at, newer)) * distance(at, older);
}

int64_t *ingest_ready_dates(void *owner, const struct source *s, const struct feed *feed)
{
	size_t count = feed->count, first = count, last = count;
	int64_t *all = mem_array(owner, int64_t, count + 1);
	struct dating d = { .source = s, .feed = feed, .now = clock_now(), .dates = mem_array(all, int64_t, count + 1),
	                    .newer = mem_array(all, size_t, count + 1), .older = mem_array(all, size_t, count + 1) };
	for (size_t i = 0; i < count; i++) {
		d.dates[i] = said(feed->entries[i], d.now);
		first = d.dates[i] && first == count ? i : first;
		last = d.dates[i] ? i : last;
	}
	find_neighbours(&d, first < count && d.dates[first] < d.dates[last]);
	for (size_t i = 0; i < count; i++)
		all[i] = date_of(&d, i);
	talloc_free(d.dates);
	talloc_free(d.newer);
	talloc_free(d.older);
	return all;
}

/* The entry as the archive stores it; shares strings with the parsed one. */
static struct entry *cleaned(void *owner, const struct entry *from, const char *base, struct picture_list *pictures)
{
	struct entry *e = mem_new(owner, struct entry);
	*e = *from;
	e->content = clean_or_null(e, from->content, base, pictures);
	e->summary = clean_or_null(e, from->summary, base, pictures);
	/* Many feeds have summaries only. */
	if (text_blank(e->content)) {
		e->content = e->summary ? e->summary : "";
		e->summary = NULL;
	}
	if (e->warning)
		e->content = ingest_ready_warned(e, e->warning, e->content);
	return e;
}

/* The server of an account often gives only the id of its author, who is the account itself. */
static void name_author(const struct source *s, struct entry *e)
{
	if (s->kind != SOURCE_ACTOR || e->author_count != 1 || e->authors[0].name || !s->title)
		return;
	struct entry_person *named = mem_array(e, struct entry_person, 1);
	*named = (struct entry_person){ s->title, e->authors[0].email, e->authors[0].url };
	e->authors = named;
}

struct ingest_ready ingest_ready_entry(void *owner, const struct source *s, const struct feed *feed, size_t at, int64_t published)
{
	const char *base = feed_base(feed, at);
	struct picture_list *pictures = picture_list_new(owner);
	struct entry *e = cleaned(owner, feed->entries[at], base ? base : s->url, pictures);
	e->published = published;
	name_author(s, e);
	const struct ingest_ready r = { .at = at, .entry = e, .hash = identity_hash(owner, e), .pictures = pictures->all, .picture_count = pictures->count };
	/* ENTRY_ACCESS_POLICY keeps what an export says about its posts. */
	if (s->settings.access != ENTRY_ACCESS_POLICY)
		e->access = s->settings.access;
	return r;
}

struct ingest_ready *ingest_ready_make(void *owner, const struct source *s, const struct feed *feed)
{
	struct ingest_ready *all = mem_array(owner, struct ingest_ready, feed->count + 1);
	int64_t *dates = ingest_ready_dates(all, s, feed);
	for (size_t i = 0; i < feed->count; i++) {
		all[i] = ingest_ready_entry(all, s, feed, i, dates[i]);
		all[i].text = archive_text_make(all, all[i].entry);
	}
	return all;
}
