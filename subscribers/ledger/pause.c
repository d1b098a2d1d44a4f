#include "subscribers/ledger/pause.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"

enum { PORTION = 1000 };

/* Letters of entries, stopped ones too (stop.h); a row that a process holds just now is sent. */
#define OF_PUBLICATION "kind = 0 AND priority IN (1, 3) AND next_try IS NOT NULL AND issue IN (SELECT id FROM issue WHERE publication = $1)"

bool pause_begin(struct db *db, int64_t publication, const char *words, bool *begun, struct error *err)
{
	int64_t changed = 0;
	if (!db_begin(db, err))
		return false;
	bool fine = db_change(db, "INSERT INTO pause (publication, since, words) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	                      DB_ARGS(db_int(publication), db_int(clock_now()), db_text(words)), &changed, err) &&
	            (!changed || db_run(db, "UPDATE delivery SET next_try = $2 WHERE " OF_PUBLICATION " AND next_try < $2 AND holder IS NULL",
	                                DB_ARGS(db_int(publication), db_int(PAUSE_UNTIL)), err));
	if (!db_end(db, fine, err))
		return false;
	*begun = changed > 0;
	return true;
}

bool pause_end(struct db *db, int64_t publication, int64_t *letters, struct error *err)
{
	int64_t changed;
	bool fine = true;
	*letters = 0;
	if (!db_change(db, "DELETE FROM pause WHERE publication = $1", DB_ARGS(db_int(publication)), &changed, err))
		return false;
	/* Also what was left over when this was ended before it was done.  They begin anew: a row that is old would be given up at its first failure. */
	for (int64_t some = 1; fine && some; *letters += fine ? some : 0, db_give_way(db))
		fine = db_change(db, "UPDATE delivery SET next_try = $3, created = $3, first_try = 0 WHERE id IN (SELECT id FROM delivery WHERE " OF_PUBLICATION
		                     " AND next_try = $2 LIMIT $4) AND next_try = $2",
		                 DB_ARGS(db_int(publication), db_int(PAUSE_UNTIL), db_int(clock_now()), db_int(PORTION)), &some, err);
	return fine && (changed || *letters || error_set(err, ERROR_NOT_FOUND, "it is not paused"));
}

bool pause_hosts(void *owner, struct db *db, char ***hosts, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT p.host FROM pause JOIN publication p ON p.id = pause.publication ORDER BY p.id", DB_NONE);
	size_t count = 0;
	*hosts = NULL;
	while (db_next(rows))
		*mem_push(owner, *hosts, count) = db_column_dup(owner, rows, 0);
	mem_fit(owner, *hosts, count);
	return db_finish(rows, err);
}
