#include "feeds/alert.h"
#include "feeds/fetch.h"
#include "gateway/archive/notice.h"
#include "gateway/base/clock.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"

/* "The Tidal Clock (https://...)". */
static char *name_of(void *owner, const struct source *s)
{
	char *url = fetch_shown_url(owner, s->url);
	return text_blank(s->title) ? url : mem_printf(owner, "%s (%s)", s->title, url);
}

static bool tell(struct db *db, const struct source *s, void *scratch, const char *subject, const char *text, struct error *err)
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
	const char *subject = mem_printf(t, "no news from %s for a day", text_blank(s->title) ? fetch_shown_url(t, s->url) : s->title);
	const char *text = mem_printf(t,
		"%s could not be read since %s. What happened last: %s.\n\n"
		"Its posts stay in the archive, nothing is lost; what is new there does not reach your readers until it works again. "
		"We go on trying, and you will not be told again.\n\n"
		"Look whether the address opens in a browser. If the blog has moved, add its new address (pennypost source add URL) and remove "
		"the old one (pennypost source remove %lld). If it is to rest for a while: pennypost source pause %lld.",
		name_of(t, s), clock_format(t, s->failing_since, "%-d %B, %H:%M UTC"), s->last_error ? s->last_error : "it did not answer",
		(long long)s->id, (long long)s->id);
	return tell(db, s, t, subject, text, err);
}

bool alert_gone(struct db *db, const struct source *s, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"The server of %s says that this feed is gone for good (410), so it is not asked for any more.\n\n"
		"Its posts stay in the archive. If the feed lives on at another address, add that one: pennypost source add URL. "
		"If the answer was a mistake: pennypost source resume %lld.", name_of(t, s), (long long)s->id);
	return tell(db, s, t, mem_printf(t, "%s is gone", text_blank(s->title) ? "a source" : s->title), text, err);
}

bool alert_merged(struct db *db, const struct source *s, const char *where, struct error *err)
{
	void *t = talloc_new(NULL);
	const char *text = mem_printf(t,
		"%s has moved for good to %s, which is a source of yours already. So the old one is not asked for any more.\n\n"
		"Nothing needs to be done. To tidy up: pennypost source remove %lld.", name_of(t, s), fetch_shown_url(t, where), (long long)s->id);
	return tell(db, s, t, "two sources became one", text, err);
}
