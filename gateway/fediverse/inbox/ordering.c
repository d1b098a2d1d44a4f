#include "gateway/fediverse/inbox/ordering.h"
#include "feeds/dates/dates.h"
#include "gateway/archive/store/pace.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/inbox/inbox_item.h"

/* What one server may have us remember before it comes: so many at once, and then one every so many ms. */
#define AHEAD_PER_MS (5 * CLOCK_SECOND)
enum { AHEAD_BURST = 500 };
/* How long servers try to deliver what they could not. */
#define RETRIED_FOR (2 * CLOCK_DAY)

static int64_t time_of(const json_t *object, const char *member, int64_t now)
{
	const char *text = jsonld_text(object, member);
	int64_t when = 0;
	if (!text || !dates_parse(text, &when) || when <= 0)
		return 0;
	return when < now ? when : now;
}

int64_t ordering_written(const json_t *object, int64_t now)
{
	int64_t updated = time_of(object, "updated", now), published = time_of(object, "published", now);
	return updated ? updated : published ? published : 1;
}

static bool may_remember(struct db *db, const char *actor, bool *may, struct error *err)
{
	int64_t wait;
	char *host = url_authority(NULL, actor), *name = mem_printf(host, "ahead of %s", host ? host : "");
	bool fine = pace_take(db, &(struct pace){ name, AHEAD_BURST, AHEAD_PER_MS }, clock_now(), &wait, err);
	*may = wait == 0;
	talloc_free(host);
	return fine;
}

static char *deletion(const char *actor, const char *object) { return mem_printf(NULL, "deletion of %s by %s", object, actor); }

bool ordering_delete(struct db *db, const char *actor, const char *object, int64_t when, bool *remembered, struct error *err)
{
	int64_t before;
	char *mark = deletion(actor, object);
	bool fine = may_remember(db, actor, remembered, err) && (!*remembered || inbox_item_mark_seen(db, mark, actor, when, &before, err));
	talloc_free(mark);
	return fine;
}

bool ordering_deleted(struct db *db, const char *actor, const char *object, int64_t *when, struct error *err)
{
	char *mark = deletion(actor, object);
	bool fine = inbox_item_seen(db, mark, when, err);
	talloc_free(mark);
	return fine;
}

/* Only an Update can overtake, so only it is remembered. */
bool ordering_text(struct db *db, const char *actor, const char *object, bool update, int64_t written, bool *stale, struct error *err)
{
	int64_t before = 0;
	char *mark = mem_printf(NULL, "edit of %s by %s", object, actor);
	bool fine = update ? inbox_item_mark_seen(db, mark, actor, written, &before, err) : inbox_item_seen(db, mark, &before, err);
	*stale = update ? written < before : written <= before;
	talloc_free(mark);
	return fine;
}

static char *undoing(const char *actor, const char *activity) { return mem_printf(NULL, "undoing of %s by %s", activity, actor); }

bool ordering_undo(struct db *db, const char *actor, const char *activity, int64_t signed_at, struct error *err)
{
	bool may;
	int64_t before;
	char *mark = undoing(actor, activity);
	bool fine = may_remember(db, actor, &may, err) && (!may || inbox_item_mark_seen(db, mark, actor, signed_at, &before, err));
	talloc_free(mark);
	return fine;
}

bool ordering_undone(struct db *db, const char *actor, const char *activity, int64_t signed_at, bool *undone, struct error *err)
{
	int64_t when;
	char *mark = undoing(actor, activity);
	bool fine = inbox_item_seen(db, mark, &when, err);
	*undone = fine && when && signed_at < when + RETRIED_FOR;
	talloc_free(mark);
	return fine;
}
