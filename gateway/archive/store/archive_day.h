#pragma once
/*
 * archive_day - on which day an entry was written: its author's, when the source said it, else the one in the zone of the publication.
 *
 * Its year is kept in its row, because the archive is listed and counted by
 * years.  The year in the path of its page is the first one that it got, and
 * stays whatever happens to its date and to the zone.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/base/db/db.h"

/* Minutes east of UTC, and the year, of a moment: of said_offset when said, else of the zone. */
int archive_day_offset(int64_t ms, bool said, int said_offset, const char *zone);
int archive_day_year(int64_t ms, int offset);
/* The year of an entry that is to be stored in a publication. */
bool archive_day_of_new(struct db *db, int64_t publication, const struct entry *e, int *year, struct error *err);

/* All three inside a transaction; the second and third count the entries that are live by themselves (tally.h). */
/* Sets the year of an entry whose date changed, and that of its path when this is 0; between the two calls of tally_entry. */
bool archive_day_settle(struct db *db, int64_t entry, struct error *err);
/* The source says the offset of an entry's date that it did not say before; does nothing when the archive has one, or another date. */
bool archive_day_learn(struct db *db, int64_t entry, const struct entry *said, struct error *err);
/* The zone of the publication has changed. */
bool archive_day_move(struct db *db, int64_t publication, struct error *err);
