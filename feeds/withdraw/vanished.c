#include "feeds/withdraw/vanished.h"
#include "feeds/source/alert.h"
#include "feeds/vocabulary/record.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

/* So many missing at once, and more than a quarter of what should be there, are too many to believe. */
enum { MANY = 5, SHARE = 4, LOOKED_AT = 2000 };

static char *id_text(void *owner, int64_t id) { return mem_printf(owner, "%lld", (long long)id); }

/* The entries of the archive that feed shows. */
static struct set *shown_in(void *owner, const struct feed *feed, const struct match *match)
{
	struct set *shown = set_new(owner);
	for (size_t i = 0; i < feed->count; i++)
		if (match->known[i] && !vanished_expired(feed, i))
			set_add(shown, id_text(shown, match->known[i]));
	return shown;
}

bool vanished_expired(const struct feed *feed, size_t i) { return feed->records && record_value(feed->records[i], "expired") != NULL; }

/* An entry that is no live one any more needs no withdrawal. */
static bool withdraw(struct db *db, int64_t entry, struct error *err)
{
	return archive_withdraw_by(db, entry, ARCHIVE_BY_SOURCE, err) || err->kind == ERROR_NOT_FOUND;
}

/* An entry that a tombstone names, and whose it is. */
struct named {
	int64_t entry, key_source, source; /* which brought the id, and whose the text is; 0: none that is left */
	bool of_account;                   /* the text is */
	const char *link;
};

static bool find_named(struct named *n, struct db *db, const struct source *s, const struct record_deleted *d, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT e.id, k.source, e.source, o.kind, e.link FROM entry_key k JOIN entry e ON e.id = k.entry LEFT JOIN source o ON o.id = e.source"
	                                    " WHERE k.publication = $1 AND k.key = $2 AND ($3 = 0 OR e.updated <= $3)",
	                                DB_ARGS(db_int(s->publication), db_text(identity_guid_key(n, d->ref)), db_int(d->when)));
	if (db_next(rows)) {
		n->entry = db_column_int(rows, 0);
		n->key_source = db_column_int(rows, 1);
		n->source = db_column_int(rows, 2);
		n->of_account = n->source && db_column_int(rows, 3) == SOURCE_ACTOR;
		n->link = db_column_dup(n, rows, 4);
	}
	return db_finish(rows, err);
}

/*
 * A source takes back what is its own, and nothing that another one answers for, even where it showed the same post.  Only a
 * blog that is both a feed and an account speaks with two voices: what the feed showed, the account of the same site may delete.
 */
static bool may_take(const struct source *s, const struct named *n)
{
	bool own = n->source == s->id || (!n->source && n->key_source == s->id);
	return own || (s->kind == SOURCE_ACTOR && !n->of_account && n->link && url_same_origin(n->link, s->url));
}

/* Nor does a tombstone count for an entry that was changed after it was written. */
static bool bury(struct db *db, const struct source *s, const struct record_deleted *d, const struct set *shown, struct error *err)
{
	struct named *n = mem_new(NULL, struct named);
	bool fine = find_named(n, db, s, d, err);
	if (fine && n->entry && may_take(s, n) && !set_has(shown, id_text(n, n->entry)))
		fine = withdraw(db, n->entry, err);
	talloc_free(n);
	return fine;
}

static bool expire(struct db *db, const struct source *s, int64_t entry, struct error *err)
{
	int64_t own = 0;
	return db_get_int(db, "SELECT count(*) FROM entry WHERE id = $1 AND (source = $2 OR source IS NULL)", DB_ARGS(db_int(entry), db_int(s->id)), &own, err) &&
	       (own == 0 || withdraw(db, entry, err));
}

bool vanished_bury(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, struct error *err)
{
	bool fine = true;
	struct set *shown = shown_in(NULL, feed, match);
	for (size_t i = 0; fine && i < feed->deleted_count; i++)
		fine = bury(db, s, &feed->deleted[i], shown, err);
	for (size_t i = 0; fine && i < feed->count; i++)
		if (vanished_expired(feed, i) && match->known[i])
			fine = expire(db, s, match->known[i], err);
	talloc_free(shown);
	return fine;
}

/* From when on all entries should be shown; false for a feed in no order, or one that does not date its entries. */
static bool reach_of(const struct feed *feed, int64_t *reach)
{
	*reach = feed->complete ? 0 : INT64_MAX;
	for (size_t i = 0; !feed->complete && i < feed->count; i++) {
		int64_t published = feed->entries[i]->published;
		if (!published || published > *reach)
			return false;
		*reach = published;
	}
	return feed->count > 0;
}

/* What is missing, and was not yet. */
struct missing {
	int64_t *ids;
	const char **links;
	size_t count;
	int64_t open; /* that were missing before, and whose page is being asked */
};

/* Live entries that this source alone has brought, and since reach.  Those of STAYS come up again after a long time. */
static bool find_missing(struct missing *m, struct db *db, const struct source *s, int64_t reach, const struct set *shown, struct error *err)
{
	struct db_rows *rows = db_query(db,
		"SELECT e.id, e.link FROM entry e WHERE e.publication = $1 AND e.state = $2 AND e.published > $3 AND e.link IS NOT NULL"
		" AND EXISTS (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source = $4)"
		" AND NOT EXISTS (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source <> $4)"
		" AND NOT EXISTS (SELECT 1 FROM vanished v WHERE v.entry = e.id AND (v.state <> $5 OR v.next_try > $6))"
		" ORDER BY e.published DESC LIMIT $7",
		DB_ARGS(db_int(s->publication), db_int(ENTRY_LIVE), db_int(reach), db_int(s->id), db_int(VANISHED_STAYS), db_int(clock_now()), db_int(LOOKED_AT)));
	while (db_next(rows)) {
		char *id = id_text(m, db_column_int(rows, 0));
		size_t n = m->count;
		if (set_has(shown, id))
			continue;
		*mem_push(m, m->ids, n) = db_column_int(rows, 0);
		*mem_push(m, m->links, m->count) = db_column_dup(m, rows, 1);
	}
	return db_finish(rows, err) &&
	       db_get_int(db, "SELECT count(*) FROM vanished WHERE source = $1 AND state = $2", DB_ARGS(db_int(s->id), db_int(VANISHED_OPEN)), &m->open, err);
}

static bool note(struct db *db, const struct source *s, const struct missing *m, enum vanished_state state, struct error *err)
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

static bool judge(struct db *db, const struct source *s, const struct missing *m, size_t shown, struct error *err)
{
	size_t lost = m->count + (size_t)m->open;
	if (m->count == 0 || lost < MANY || lost * SHARE <= lost + shown)
		return note(db, s, m, VANISHED_OPEN, err);
	return note(db, s, m, VANISHED_TOLD, err) &&
	       db_run(db, "UPDATE vanished SET state = $2 WHERE source = $1 AND state = $3", DB_ARGS(db_int(s->id), db_int(VANISHED_TOLD), db_int(VANISHED_OPEN)), err) &&
	       alert_vanished(db, s, lost, shown, err);
}

/* What is shown again is not missing. */
static bool forget(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, struct error *err)
{
	int64_t rows;
	bool fine = db_get_int(db, "SELECT count(*) FROM vanished WHERE source = $1", DB_ARGS(db_int(s->id)), &rows, err);
	for (size_t i = 0; fine && rows > 0 && i < feed->count; i++)
		fine = !match->known[i] || db_run(db, "DELETE FROM vanished WHERE entry = $1", DB_ARGS(db_int(match->known[i])), err);
	return fine;
}

bool vanished_look(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, struct error *err)
{
	int64_t reach;
	if (s->kind != SOURCE_FEED || text_starts(s->url, "file:") || feed->broken || !reach_of(feed, &reach))
		return true;
	struct missing *m = mem_new(NULL, struct missing);
	bool fine = db_begin(db, err);
	if (fine && forget(db, s, feed, match, err) && find_missing(m, db, s, reach, shown_in(m, feed, match), err) && judge(db, s, m, feed->count, err)) {
		fine = db_commit(db, err);
	} else if (fine) {
		db_rollback(db);
		fine = false;
	}
	talloc_free(m);
	return fine;
}
