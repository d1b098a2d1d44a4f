#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include <stdlib.h>

int archive_day_offset(int64_t ms, bool said, int said_offset, const char *zone) { return said ? said_offset : zone_offset(zone, ms); }

int archive_day_year(int64_t ms, int offset)
{
	char *year = clock_format(NULL, ms + offset * CLOCK_MINUTE, "%Y");
	int n = atoi(year);
	talloc_free(year);
	return n;
}

bool archive_day_of_new(struct db *db, int64_t publication, const struct entry *e, int *year, struct error *err)
{
	char *zone;
	if (!db_get_text(NULL, db, "SELECT time_zone FROM publication WHERE id = $1", DB_ARGS(db_int(publication)), &zone, err))
		return false;
	*year = archive_day_year(e->published, archive_day_offset(e->published, e->day_offset_said, e->day_offset, zone));
	talloc_free(zone);
	return true;
}

#define COLUMNS "e.id, e.year, e.published, e.day_offset, p.time_zone"

/* An entry, the year that it has, and the one that it should have. */
struct dated {
	int64_t id;
	int had, year;
};

static struct dated from_row(struct db_rows *rows)
{
	int64_t published = db_column_int(rows, 2);
	int offset = archive_day_offset(published, !db_column_null(rows, 3), (int)db_column_int(rows, 3), db_column_text(rows, 4));
	return (struct dated){ db_column_int(rows, 0), (int)db_column_int(rows, 1), archive_day_year(published, offset) };
}

static bool set_year(struct db *db, const struct dated *d, struct error *err)
{
	return db_run(db, "UPDATE entry SET year = $2, path_year = CASE WHEN path_year = 0 THEN $2 ELSE path_year END WHERE id = $1",
	              DB_ARGS(db_int(d->id), db_int(d->year)), err);
}

bool archive_day_settle(struct db *db, int64_t entry, struct error *err)
{
	struct dated d = { 0 };
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM entry e JOIN publication p ON p.id = e.publication WHERE e.id = $1", DB_ARGS(db_int(entry)));
	if (db_next(rows))
		d = from_row(rows);
	return db_finish(rows, err) && (!d.id || set_year(db, &d, err));
}

bool archive_day_learn(struct db *db, int64_t entry, const struct entry *said, struct error *err)
{
	int64_t missing = 0;
	if (!said->day_offset_said)
		return true;
	if (!db_get_int(db, "SELECT count(*) FROM entry WHERE id = $1 AND day_offset IS NULL AND published = $2",
	                DB_ARGS(db_int(entry), db_int(said->published)), &missing, err))
		return false;
	return !missing || (tally_entry(db, entry, -1, err) &&
	                    db_run(db, "UPDATE entry SET day_offset = $2 WHERE id = $1", DB_ARGS(db_int(entry), db_int(said->day_offset)), err) &&
	                    archive_day_settle(db, entry, err) && tally_entry(db, entry, 1, err));
}

bool archive_day_move(struct db *db, int64_t publication, struct error *err)
{
	struct dated *moved = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM entry e JOIN publication p ON p.id = e.publication WHERE e.publication = $1 AND e.day_offset IS NULL",
	                                DB_ARGS(db_int(publication)));
	while (db_next(rows)) {
		struct dated d = from_row(rows);
		if (d.year != d.had)
			*mem_push(NULL, moved, count) = d;
	}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = tally_entry(db, moved[i].id, -1, err) && set_year(db, &moved[i], err) && tally_entry(db, moved[i].id, 1, err);
	talloc_free(moved);
	return fine;
}
