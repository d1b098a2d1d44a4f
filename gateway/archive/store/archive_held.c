#include "gateway/archive/store/archive_held.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

/* An entry is fresh when it came within FRESH of its date; its date moves only if it waited longer than PATIENCE. */
#define FRESH (7 * CLOCK_DAY)
#define PATIENCE (2 * CLOCK_DAY)
enum { TITLE_LENGTH = 60 };

static void read_row(void *owner, struct db_rows *rows, struct held *h)
{
	const char *title = db_column_text(rows, 3), *excerpt = db_column_text(rows, 4);
	h->id = db_column_int(rows, 0);
	h->publication = db_column_int(rows, 1);
	h->published = db_column_int(rows, 2);
	h->title = text_blank(title) ? text_cut(owner, excerpt, TITLE_LENGTH) : mem_dup(owner, title);
	h->link = db_column_dup(owner, rows, 5);
	h->words = (size_t)db_column_int(rows, 6);
}

bool archive_held(void *owner, struct db *db, int64_t publication, struct held **all, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT id, publication, published, title, excerpt, link, words FROM entry WHERE state = 2 AND ($1 = 0 OR publication = $1)"
	                                    " ORDER BY published, id", DB_ARGS(db_int(publication)));
	*all = NULL;
	while (db_next(rows)) {
		struct held *h = mem_push(owner, *all, count);
		read_row(*all, rows, h);
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

static bool waits(int64_t changed, int64_t entry, struct error *err)
{
	return changed || error_set(err, ERROR_NOT_FOUND, "entry %lld does not wait for approval: 'pennypost entry list --held' shows those that do",
	                            (long long)entry);
}

bool archive_approve(struct db *db, int64_t entry, bool quiet, struct error *err)
{
	int64_t changed = 0, now = clock_now();
	/* No door has shown its path yet.  Held, it is not counted: only the second tally_entry counts. */
	return db_begin(db, err) &&
	       db_end(db, db_change(db, "UPDATE entry SET state = $2, announce = $3, withdrawn = 0, revised = 0, created = $4, path_year = 0, published = CASE"
	                                " WHEN $3 <> 0 AND $4 - published > $5 AND created - published < $6 THEN published + ($4 - created) ELSE published END"
	                                " WHERE id = $1 AND state IN ($7, $8)",
	                            DB_ARGS(db_int(entry), db_int(ENTRY_LIVE), db_int(quiet ? ARCHIVE_NO_NEWS : ARCHIVE_NEWS_ENTRY), db_int(now), db_int(PATIENCE),
	                                    db_int(FRESH), db_int(ENTRY_HELD), db_int(ENTRY_REJECTED)), &changed, err) &&
	                  waits(changed, entry, err) && archive_day_settle(db, entry, err) && tally_entry(db, entry, 1, err), err);
}

bool archive_reject(struct db *db, int64_t entry, struct error *err)
{
	int64_t changed;
	return tally_around(db, entry, "UPDATE entry SET state = $2, withdrawn = $3 WHERE id = $1 AND state = $4",
	                    DB_ARGS(db_int(entry), db_int(ENTRY_REJECTED), db_int(clock_now()), db_int(ENTRY_HELD)), &changed, err) &&
	       waits(changed, entry, err);
}
