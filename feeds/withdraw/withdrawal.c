#include "feeds/withdraw/withdrawal.h"
#include "feeds/vocabulary/record.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"

char *withdrawal_id(void *owner, int64_t id) { return mem_printf(owner, "%lld", (long long)id); }

struct set *withdrawal_shown(void *owner, const struct feed *feed, const struct match *match)
{
	struct set *shown = set_new(owner);
	for (size_t i = 0; i < feed->count; i++)
		if (match->known[i] && !withdrawal_is_expired(feed, i))
			set_add(shown, withdrawal_id(shown, match->known[i]));
	return shown;
}

bool withdrawal_is_expired(const struct feed *feed, size_t i) { return feed->records && record_value(feed->records[i], "expired") != NULL; }

/* NOT_FOUND: the entry is not live, so there is nothing to withdraw. */
static bool withdraw(struct db *db, int64_t entry, size_t *gone, struct error *err)
{
	bool fine = archive_withdraw_by(db, entry, ARCHIVE_BY_SOURCE, err);
	*gone += fine;
	return fine || err->kind == ERROR_NOT_FOUND;
}

/* The entry that a tombstone names. */
struct named {
	int64_t entry;
	int64_t key_source, source; /* the source that brought the id, and the one that owns the text; 0: it was removed */
	bool of_account;            /* source is an actor */
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
 * A source may withdraw only its own entries, not those of another source, even when it showed the same post.  The exception is a
 * blog that is a feed and an account: the account may delete what the feed of the same site showed.
 */
static bool may_withdraw(const struct source *s, const struct named *n)
{
	bool own = n->source == s->id || (!n->source && n->key_source == s->id);
	return own || (s->kind == SOURCE_ACTOR && !n->of_account && n->link && url_same_origin(n->link, s->url));
}

/* find_named ignores entries that were changed after the tombstone was written. */
static bool apply_tombstone(struct db *db, const struct source *s, const struct record_deleted *d, const struct set *shown, size_t *gone, struct error *err)
{
	struct named *n = mem_new(NULL, struct named);
	bool fine = find_named(n, db, s, d, err);
	if (fine && n->entry && may_withdraw(s, n) && !set_has(shown, withdrawal_id(n, n->entry)))
		fine = withdraw(db, n->entry, gone, err);
	talloc_free(n);
	return fine;
}

/* An entry without a source has lost the one that it came from. */
static bool expire(struct db *db, const struct source *s, int64_t entry, size_t *gone, struct error *err)
{
	int64_t own = 0;
	return db_get_int(db, "SELECT count(*) FROM entry WHERE id = $1 AND (source = $2 OR source IS NULL)", DB_ARGS(db_int(entry), db_int(s->id)), &own, err) &&
	       (own == 0 || withdraw(db, entry, gone, err));
}

/* Deletion number i of the feed; those of its entries that have expired follow the tombstones. */
static bool apply(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, const struct set *shown, size_t i, size_t *gone, struct error *err)
{
	if (i < feed->deleted_count)
		return apply_tombstone(db, s, &feed->deleted[i], shown, gone, err);
	i -= feed->deleted_count;
	return !withdrawal_is_expired(feed, i) || !match->known[i] || expire(db, s, match->known[i], gone, err);
}

static bool says_anything(const struct feed *feed)
{
	bool any = feed->deleted_count > 0;
	for (size_t i = 0; !any && i < feed->count; i++)
		any = withdrawal_is_expired(feed, i);
	return any;
}

/* All of them, a transaction after the other: what was done by those before, and by this one. */
struct application {
	struct db *db;
	const struct source *source;
	const struct feed *feed;
	const struct match *match;
	struct set *shown;
	size_t from, done, gone_before, gone;
};

static bool apply_some(void *context, struct error *err)
{
	struct application *a = context;
	size_t count = a->feed->deleted_count + a->feed->count;
	bool fine;
	a->done = a->from;
	a->gone = a->gone_before;
	do
		fine = apply(a->db, a->source, a->feed, a->match, a->shown, a->done++, &a->gone, err);
	while (fine && a->done < count && !db_turn_over(a->db, a->done - a->from));
	return fine;
}

bool withdrawal_apply(struct db *db, const struct source *s, const struct feed *feed, const struct match *match, size_t *gone, struct error *err)
{
	bool fine = true;
	size_t count = feed->deleted_count + feed->count;
	if (!says_anything(feed))
		return true;
	struct application a = { db, s, feed, match, withdrawal_shown(NULL, feed, match), 0, 0, *gone, *gone };
	while (fine && a.done < count) {
		fine = db_transact(db, apply_some, &a, err);
		a.from = a.done;
		*gone = a.gone_before = a.gone;
		db_give_way(db);
	}
	talloc_free(a.shown);
	return fine;
}
