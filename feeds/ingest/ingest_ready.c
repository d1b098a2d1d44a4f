#include "feeds/ingest/ingest_ready.h"
#include "feeds/clean/clean.h"
#include "feeds/dates/dates.h"
#include "feeds/match/identity.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

static char *clean_or_null(void *owner, const char *html, const char *base) { return text_blank(html) ? NULL : clean_html(owner, html, strlen(html), base); }

char *ingest_ready_warned(void *owner, const char *warning, const char *content)
{
	char *paragraph = entry_warning_html(NULL, warning), *whole = mem_printf(owner, "%s%s", paragraph, content);
	talloc_free(paragraph);
	return whole;
}

/* Many feeds have no dates; and a date in the future would keep a post at the top of every list. */
int64_t ingest_ready_published(const struct entry *from)
{
	int64_t now = clock_now();
	return dates_credible(from->published ? from->published : from->updated ? from->updated : now, now);
}

/* The entry as the archive stores it; shares strings with the parsed one. */
static struct entry *cleaned(void *owner, const struct entry *from, const char *base)
{
	struct entry *e = mem_new(owner, struct entry);
	*e = *from;
	e->content = clean_or_null(e, from->content, base);
	e->summary = clean_or_null(e, from->summary, base);
	/* Many feeds have summaries only. */
	if (text_blank(e->content)) {
		e->content = e->summary ? e->summary : "";
		e->summary = NULL;
	}
	if (e->warning)
		e->content = ingest_ready_warned(e, e->warning, e->content);
	e->published = ingest_ready_published(from);
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

struct ingest_ready ingest_ready_entry(void *owner, const struct source *s, const struct feed *feed, size_t at)
{
	const char *base = feed_base(feed, at);
	struct entry *e = cleaned(owner, feed->entries[at], base ? base : s->url);
	name_author(s, e);
	const struct ingest_ready r = { .at = at, .entry = e, .hash = identity_hash(owner, e) };
	/* ENTRY_ACCESS_POLICY keeps what an export says about its posts. */
	if (s->settings.access != ENTRY_ACCESS_POLICY)
		e->access = s->settings.access;
	return r;
}

struct ingest_ready *ingest_ready_make(void *owner, const struct source *s, const struct feed *feed)
{
	struct ingest_ready *all = mem_array(owner, struct ingest_ready, feed->count + 1);
	for (size_t i = 0; i < feed->count; i++) {
		all[i] = ingest_ready_entry(all, s, feed, i);
		all[i].text = archive_text_make(all, all[i].entry);
	}
	return all;
}
