#include "gateway/archive/store/archive_history.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

enum { KEPT = 20, BUSY = 10 };

bool archive_history_takes(struct db *db, int64_t entry, const char *current, int64_t revised, const char *hash, bool *takes, struct error *err)
{
	int64_t now = clock_now(), age = now - revised;
	struct db_rows *rows = db_query(db, "SELECT count(CASE WHEN replaced > $2 THEN 1 END), count(CASE WHEN hash = $3 THEN 1 END), count(CASE WHEN hash = $4 THEN 1 END)"
	                                    " FROM entry_revision WHERE entry = $1",
	                                DB_ARGS(db_int(entry), db_int(now - CLOCK_DAY), db_text(hash), db_text(current)));
	*takes = true;
	if (db_next(rows)) {
		bool busy = db_column_int(rows, 0) >= BUSY, to_and_fro = db_column_int(rows, 1) > 0 && db_column_int(rows, 2) > 0;
		*takes = !(busy && age < CLOCK_HOUR) && !(to_and_fro && age < CLOCK_DAY);
	}
	return db_finish(rows, err);
}

bool archive_history_keep(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "DELETE FROM entry_revision WHERE entry = $1 AND hash = (SELECT hash FROM entry WHERE id = $1)"
	                  " AND id <> (SELECT min(id) FROM entry_revision WHERE entry = $1)", DB_ARGS(db_int(entry)), err) &&
	       db_run(db, "INSERT INTO entry_revision (entry, title, content, hash, replaced) SELECT id, title, content, hash, $2 FROM entry WHERE id = $1"
	                  " AND NOT EXISTS (SELECT 1 FROM entry_revision r WHERE r.entry = entry.id AND r.hash = entry.hash)",
	              DB_ARGS(db_int(entry), db_int(clock_now())), err) &&
	       db_run(db, "DELETE FROM entry_revision WHERE entry = $1 AND id <> (SELECT min(id) FROM entry_revision WHERE entry = $1)"
	                  " AND id NOT IN (SELECT id FROM entry_revision WHERE entry = $1 ORDER BY id DESC LIMIT $2)",
	              DB_ARGS(db_int(entry), db_int(KEPT - 1)), err);
}
