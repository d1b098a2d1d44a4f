#include "subscribers/ledger/hold.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"

/* 9999-12-31T23:59:59Z: no row of another kind is due then, and 'delivery list' shows it as it is. */
#define HELD INT64_C(253402300799000)
enum { PORTION = 1000 };

/* The index of open rows finds them. */
#define HELD_ROWS "d.kind IN (0, 1) AND d.priority IN (0, 1, 2, 3) AND d.next_try = $1"

bool hold_begin(struct db *db, const struct hold *times, struct error *err)
{
	if (!db_begin(db, err))
		return false;
	bool fine = db_run(db, "INSERT INTO hold (one, made, since) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET made = excluded.made, since = excluded.since",
	                   DB_ARGS(db_int(times->made), db_int(times->since)), err) &&
	            db_run(db, "UPDATE delivery SET next_try = $1, holder = NULL WHERE next_try IS NOT NULL", DB_ARGS(db_int(HELD)), err);
	return db_end(db, fine, err);
}

bool hold_get(struct db *db, struct hold *hold, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT made, since FROM hold", DB_NONE);
	*hold = (struct hold){ 0 };
	if (db_next(rows))
		*hold = (struct hold){ db_column_int(rows, 0), db_column_int(rows, 1) };
	return db_finish(rows, err);
}

bool hold_count(struct db *db, struct hold_counts *counts, struct error *err)
{
	static const char rows[] = "SELECT count(*) FROM delivery d WHERE " HELD_ROWS " AND d.kind = $2";
	return db_get_int(db, rows, DB_ARGS(db_int(HELD), db_int(ADDRESS_MAIL)), &counts->letters, err) &&
	       db_get_int(db, rows, DB_ARGS(db_int(HELD), db_int(ADDRESS_ACTOR)), &counts->activities, err) &&
	       db_get_int(db, "SELECT (SELECT count(*) FROM entry WHERE announce <> 0) + (SELECT count(*) FROM issue WHERE planned = 0)", DB_NONE, &counts->news, err) &&
	       db_get_int(db, "SELECT count(*) FROM hold CROSS JOIN address a JOIN publication p ON p.id = a.publication WHERE a.state = $1 AND a.kind = $2 AND a.merged = 0"
	                      " AND (a.due IS NOT NULL OR a.schedule > 0 OR (a.schedule = 0 AND p.schedule > 0))"
	                      " AND EXISTS (SELECT 1 FROM issue i WHERE i.publication = a.publication AND i.number > 0 AND i.number > a.digested)",
	                  DB_ARGS(db_int(ADDRESS_CONFIRMED), db_int(ADDRESS_MAIL)), &counts->digests, err);
}

static bool release_rows(struct db *db, struct error *err)
{
	int64_t changed = 1;
	bool fine = true;
	/* They begin anew: a row that is old would be given up at its first failure. */
	for (; fine && changed; db_give_way(db))
		fine = db_change(db, "UPDATE delivery SET next_try = CASE WHEN kind = 0 AND priority IN (1, 3) AND EXISTS (SELECT 1 FROM issue i JOIN pause p"
		                     " ON p.publication = i.publication WHERE i.id = delivery.issue) THEN $4 ELSE $2 END, created = $2, first_try = 0"
		                     " WHERE id IN (SELECT d.id FROM delivery d WHERE " HELD_ROWS " LIMIT $3) AND next_try = $1",
		                 DB_ARGS(db_int(HELD), db_int(clock_now()), db_int(PORTION), db_int(PAUSE_UNTIL)), &changed, err);
	return fine;
}

static bool drop_rows(struct db *db, struct error *err)
{
	int64_t changed = 1;
	bool fine = true;
	for (; fine && changed; db_give_way(db))
		fine = db_change(db, "UPDATE delivery SET state = $2, next_try = NULL, finished = $3, reason = $4, words = $5 WHERE id IN (SELECT d.id FROM delivery d"
		                     " JOIN issue i ON i.id = d.issue WHERE " HELD_ROWS " AND i.kind <> $6 LIMIT $7) AND next_try = $1",
		                 DB_ARGS(db_int(HELD), db_int(DELIVERY_SUPPRESSED), db_int(clock_now()), db_int(DELIVERY_DROPPED),
		                         db_text("it was open in a backup that was restored"), db_int(ISSUE_WITHDRAWAL), db_int(PORTION)), &changed, err);
	return fine;
}

/* What a source shows at its next fetch is no news; a fetch that has begun would not hear of that. */
static bool quieten_sources(struct db *db, int64_t since, struct error *err)
{
	int64_t now = clock_now(), left;
	return db_run(db, "UPDATE source SET quiet_before = $1 WHERE last_fetch < $2 AND claimed <= $1", DB_ARGS(db_int(now), db_int(since)), err) &&
	       db_get_int(db, "SELECT count(*) FROM source WHERE last_fetch < $2 AND quiet_before <> $1", DB_ARGS(db_int(now), db_int(since)), &left, err) &&
	       (!left || error_set(err, ERROR_TEMPORARY, "a source is being fetched at this moment: try again in a minute"));
}

static bool drop_news(struct db *db, struct error *err)
{
	return db_run(db, "UPDATE entry SET announce = 0 WHERE announce IN ($1, $2)", DB_ARGS(db_int(ARCHIVE_NEWS_ENTRY), db_int(ARCHIVE_NEWS_REVISION)), err) &&
	       db_run(db, "UPDATE issue SET planned = $1 WHERE planned = 0 AND kind <> $2", DB_ARGS(db_int(clock_now()), db_int(ISSUE_WITHDRAWAL)), err) &&
	       /* What waits for a digest. */
	       db_run(db, "UPDATE issue SET number = 0 WHERE number > 0", DB_NONE, err);
}

bool hold_release(struct db *db, struct error *err) { return release_rows(db, err) && db_run(db, "DELETE FROM hold", DB_NONE, err); }

bool hold_drop(struct db *db, struct error *err)
{
	struct hold hold;
	/* What is left of the held rows are withdrawals.  They go before the hold ends: afterwards nobody would look for them. */
	if (!hold_get(db, &hold, err) || !drop_rows(db, err) || !release_rows(db, err) || !db_begin_rows(db, err))
		return false;
	bool fine = quieten_sources(db, hold.since, err) && drop_news(db, err) && db_run(db, "DELETE FROM hold", DB_NONE, err);
	return db_end(db, fine, err);
}
