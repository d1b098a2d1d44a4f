#include "feeds/source/alert.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

enum { TITLES = 10 };

/* "The Tidal Clock (https://...)". */
static char *name_of(void *owner, const struct source *s)
{
	char *url = source_redact_url(owner, s->url);
	return text_blank(s->title) ? url : mem_printf(owner, "%s (%s)", s->title, url);
}

static bool post(struct db *db, const struct source *s, void *scratch, const char *subject, const char *text, struct error *err)
{
	bool fine = notice_post(db, &(struct notice){ .publication = s->publication, .source = s->id, .subject = subject, .text = text }, err);
	talloc_free(scratch);
	return fine;
}

bool alert_failing(struct db *db, const struct source *s, int64_t previous, struct error *err)
{
	if (!s->failing_since || s->last_fetch - s->failing_since < CLOCK_DAY || previous - s->failing_since >= CLOCK_DAY)
		return true;
	void *t = talloc_new(NULL);
	const char *subject = mem_printf(t, "no news from %s for a day", text_blank(s->title) ? source_redact_url(t, s->url) : s->title);
	const char *text = mem_printf(t,
		"%s could not be read since %s. What happened last: %s.\n\n"
		"Its posts stay in the archive, nothing is lost; what is new there does not reach your readers until it works again. "
		"We go on trying, and you will not be told again.\n\n"
		"Look whether the address opens in a browser. If the blog has moved, add its new address (pennypost source add URL) and remove "
		"the old one (pennypost source remove %lld). If it is to rest for a while: pennypost source pause %lld.",
		name_of(t, s), clock_format(t, s->failing_since, "%-d %B, %H:%M UTC"), s->last_error ? s->last_error : "it did not answer",
		(long long)s->id, (long long)s->id);
	return post(db, s, t, subject, text, err);
}

bool alert_gone(struct db *db, const struct source *s, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"The server of %s says that this feed is gone for good (410), so it is not asked for any more.\n\n"
		"Its posts stay in the archive. If the feed lives on at another address, add that one: pennypost source add URL. "
		"If the answer was a mistake: pennypost source resume %lld.", name_of(t, s), (long long)s->id);
	return post(db, s, t, mem_printf(t, "%s is gone", text_blank(s->title) ? "a source" : s->title), text, err);
}

bool alert_merged(struct db *db, const struct source *s, const char *where, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"%s has moved for good to %s, which is a source of yours already. So the old one is not asked for any more.\n\n"
		"Nothing needs to be done. To tidy up: pennypost source remove %lld.", name_of(t, s), source_redact_url(t, where), (long long)s->id);
	return post(db, s, t, "two sources became one", text, err);
}

void alert_add_waiting(struct alert_waiting *w, const char *title)
{
	if (w->count++ < TITLES)
		*mem_push(w->owner, w->titles, w->title_count) = title;
}

/* What to call it in a subject. */
static const char *short_name(void *owner, const struct source *s) { return text_blank(s->title) ? source_redact_url(owner, s->url) : s->title; }

bool alert_waiting_entries(struct db *db, const struct source *s, const struct alert_waiting *w, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *posts = mem_printf(t, w->count == 1 ? "%zu post of %s waits" : "%zu posts of %s wait", w->count,
	                               text_blank(w->name) ? short_name(t, s) : w->name);
	char *list = mem_dup(t, "");
	for (size_t i = 0; i < w->title_count; i++)
		list = mem_check(talloc_asprintf_append_buffer(list, "- %s\n", w->titles[i]));
	if (w->count > w->title_count)
		list = mem_check(talloc_asprintf_append_buffer(list, "and %zu more\n", w->count - w->title_count));
	const char *text = mem_printf(t,
		"%s for your approval:\n\n%s\n"
		"Nobody sees them before you say so: pennypost entry list --held shows them with their numbers, pennypost entry approve NUMBER publishes "
		"one and sends it (with --quiet it is only published), pennypost entry reject NUMBER puts it aside for good.\n\n"
		"You set this source to wait. For it to publish by itself again: pennypost source set %lld --hold no.", posts, list, (long long)s->id);
	return post(db, s, t, mem_printf(t, "%s for your approval", posts), text, err);
}

bool alert_held_source(struct db *db, const struct source *s, size_t fresh, size_t entries, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"%zu of the %zu posts that %s shows look new at once. Most likely they are old ones whose ids have changed, as happens when a blog moves to "
		"another system. To send them all would flood your readers, so nothing of it was taken in, and the source is not asked again until you "
		"decide.\n\n"
		"If they are old posts: pennypost source approve %lld --quiet puts them into the archive and sends nothing.\n\n"
		"If they really are new: pennypost source approve %lld sends them.", fresh, entries, name_of(t, s), (long long)s->id, (long long)s->id);
	return post(db, s, t, mem_printf(t, "%s waits for you", short_name(t, s)), text, err);
}

/* What the owner can do about it. */
static const char *way_out(void *owner, const struct source *s)
{
	long long id = (long long)s->id;
	if (s->kind == SOURCE_ACTOR)
		return mem_printf(owner,
			"So what comes from there waits for your approval from now on: pennypost entry list --held shows it, pennypost entry approve NUMBER sends one. "
			"For the account to publish by itself again: pennypost source set %lld --hold no. To end it: pennypost source remove %lld.", id, id);
	return mem_printf(owner,
		"So nothing of it was taken in, and the source is not asked again until you decide. If the posts are wanted: pennypost source approve %lld "
		"sends them, with --quiet it only puts them into the archive. To end it: pennypost source remove %lld.", id, id);
}

bool alert_flood(struct db *db, const struct source *s, size_t fresh, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"%zu new posts of %s came within an hour, many more than ever before. Most likely something is broken there: two sites that copy each "
		"other's posts without end, or a site that was taken over.\n\n%s", fresh, name_of(t, s), way_out(t, s));
	return post(db, s, t, mem_printf(t, "too many posts from %s", short_name(t, s)), text, err);
}

bool alert_vanished(struct db *db, const struct source *s, size_t missing, size_t shown, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"%s shows %zu posts, and %zu that should stand among them are missing. A post that a blog deletes is withdrawn from the archive, but so "
		"many at once look like a change of the feed (only one category, another language, a fault), so they all stay as they are.\n\n"
		"If that is right, nothing needs to be done. If they are to go: pennypost entry list shows them with their numbers, and pennypost entry "
		"withdraw NUMBER takes one out.", name_of(t, s), shown, missing);
	return post(db, s, t, mem_printf(t, "%zu posts are missing from %s", missing, short_name(t, s)), text, err);
}
