#include "feeds/ingest/brake.h"
#include "gateway/base/system/clock.h"

/* The most posts that it wrote within one hour; what came in this one says nothing about its past. */
static bool busiest_hour(struct db *db, const struct source *s, int64_t now, int64_t *most, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM entry WHERE source = $1 AND created < $2 GROUP BY published / 3600000) hours",
	                  DB_ARGS(db_int(s->id), db_int(now - CLOCK_HOUR)), most, err);
}

bool brake_read(struct db *db, const struct source *s, size_t fresh, struct brake *b, struct error *err)
{
	int64_t now = clock_now(), busiest = 0;
	*b = (struct brake){ 0, BRAKE_FREE };
	struct db_rows *rows = db_query(db, "SELECT news FROM source WHERE id = $1 AND news_since > $2 AND news_since <= $3",
	                                DB_ARGS(db_int(s->id), db_int(now - CLOCK_HOUR), db_int(now)));
	if (db_next(rows))
		b->before = db_column_int(rows, 0);
	if (!db_finish(rows, err))
		return false;
	if (b->before + (int64_t)fresh <= BRAKE_FREE)
		return true;
	bool fine = busiest_hour(db, s, now, &busiest, err);
	if (2 * busiest > b->most)
		b->most = 2 * busiest;
	return fine;
}

bool brake_count(struct db *db, int64_t source, size_t fresh, struct error *err)
{
	int64_t now = clock_now();
	return fresh == 0 ||
	       db_run(db, "UPDATE source SET news = CASE WHEN news_since > $2 AND news_since <= $3 THEN news ELSE 0 END + $4,"
	                  " news_since = CASE WHEN news_since > $2 AND news_since <= $3 THEN news_since ELSE $3 END WHERE id = $1",
	              DB_ARGS(db_int(source), db_int(now - CLOCK_HOUR), db_int(now), db_int((int64_t)fresh)), err);
}
