#include "feeds/withdraw/vanished.h"
#include "feeds/source/alert.h"
#include "feeds/withdraw/withdrawal.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

/* When at least MANY are missing, and more than a quarter of those that should be there, the feed itself has probably changed. */
enum { MANY = 5, SHARE = 4, MISSING_MAX = 2000 };

/* The time since when feed shows all entries; false for a feed that is not in the order of its dates, or has none. */
static bool oldest_shown(const struct feed *feed, int64_t *oldest)
{
	*oldest = feed->complete ? 0 : INT64_MAX;
	for (size_t i = 0; !feed->complete && i < feed->count; i++) {
		int64_t published = feed->entries[i]->published;
		if (!published || published > *oldest)
			return false;
		*oldest = published;
	}
	return feed->count > 0;
}

/* Entries that are missing, and are no candidates yet. */
struct missing {
	int64_t *ids;
	const char **links;
	size_t count;
	int64_t open; /* earlier candidates whose page is still to be requested */
};

/* Live entries newer than oldest that only this source has brought.  Those of STAYS are found again after a long time. */
static bool find_missing(struct missing *m, struct db *db, const struct source *s, int64_t oldest, const struct set *shown, struct error *err)
{
	struct db_rows *rows = db_query(db,
		"SELECT e.id, e.link FROM entry e WHERE e.publication = $1 AND e.state = $2 AND e.published > $3 AND e.link IS NOT NULL"
		" AND EXISTS (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source = $4)"
		" AND NOT EXISTS (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source <> $4)"
		" AND NOT EXISTS (SELECT 1 FROM vanished v WHERE v.entry = e.id AND (v.state <> $5 OR v.next_try > $6))"
		" ORDER BY e.published DESC LIMIT $7",
		DB_ARGS(db_int(s->publication), db_int(ENTRY_LIVE), db_int(oldest), db_int(s->id), db_int(VANISHED_STAYS), db_int(clock_now()), db_int(MISSING_MAX)));
	while (db_next(rows)) {
		char *id = withdrawal_id(m, db_column_int(rows, 0));
		size_t n = m->count;
		if (set_has(shown, id))
			continue;
		*mem_push(m, m->ids, n) = db_column_int(rows, 0);
		*mem_push(m, m->links, m->count) = db_column_dup(m, rows, 1);
	}
	return db_finish(rows, err) &&
	       db_get_int(db, "SELECT count(*) FROM vanished WHERE source = $1 AND state = $2", DB_ARGS(db_int(s->id), db_int(VANISHED_OPEN)), &m->open, err);
}

static bool add_candidates(struct db *db, const struct source *s, const struct missing *m, enum vanished_state state, struct error *err)
{
	int64_t now = clock_now();
	bool fine = true;
	for (size_t i = 0; fine && i < m->count; i++)
		fine = db_run(db, "INSERT INTO vanished (entry, source, link, since, state, misses, tries, next_try) VALUES ($1, $2, $3, $4, $5, 0, 0, $4)"
		                  " ON CONFLICT (entry) DO UPDATE SET link = excluded.link, since = excluded.since, state = excluded.state, misses = 0, tries = 0,"
		                  " next_try = excluded.next_try",
		              DB_ARGS(db_int(m->ids[i]), db_int(s->id), db_text(m->links[i]), db_int(now), db_int(state)), err);
	return fine;
}

/* Adds candidates; or tells the owner, when they are too many. */
static bool note_missing(struct db *db, const struct source *s, const struct missing *m, size_t shown, struct error *err)
{
	size_t lost = m->count + (size_t)m->open;
	if (m->count == 0 || lost < MANY || lost * SHARE <= lost + shown)
		return add_candidates(db, s, m, VANISHED_OPEN, err);
	return add_candidates(db, s, m, VANISHED_TOLD, err) &&
	       db_run(db, "UPDATE vanished SET state = $2 WHERE source = $1 AND state = $3", DB_ARGS(db_int(s->id), db_int(VANISHED_TOLD), db_int(VANISHED_OPEN)), err) &&
	       alert_vanished(db, s, lost, shown, err);
}

/* What is shown again is no candidate. */
static bool remove_shown(struct missing *m, struct db *db, const struct source *s, const struct set *shown, struct error *err)
{
	int64_t *back = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT entry FROM vanished WHERE source = $1", DB_ARGS(db_int(s->id)));
	while (db_next(rows))
		if (set_has(shown, withdrawal_id(m, db_column_int(rows, 0))))
			*mem_push(m, back, count) = db_column_int(rows, 0);
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = db_run(db, "DELETE FROM vanished WHERE entry = $1", DB_ARGS(db_int(back[i])), err);
	return fine;
}

struct detection {
	struct db *db;
	const struct source *source;
	const struct set *shown;
	int64_t oldest;
	size_t entries;
};

static bool detect(void *context, struct error *err)
{
	const struct detection *d = context;
	struct missing *m = mem_new(NULL, struct missing);
	bool fine = remove_shown(m, d->db, d->source, d->shown, err) && find_missing(m, d->db, d->source, d->oldest, d->shown, err) &&
	            note_missing(d->db, d->source, m, d->entries, err);
	talloc_free(m);
	return fine;
}

bool vanished_detect(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, struct error *err)
{
	int64_t oldest;
	if (s->kind != SOURCE_FEED || text_starts(s->url, "file:") || feed->broken || !oldest_shown(feed, &oldest))
		return true;
	struct set *shown = withdrawal_shown(NULL, feed, match);
	bool fine = db_transact(db, detect, &(struct detection){ db, s, shown, oldest, feed->count }, err);
	talloc_free(shown);
	return fine;
}
