#include "subscribers/plan/plan_leave.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/stop.h"

/* A day more than the ledger tries to reach a server of the fediverse. */
#define PATIENCE (4 * CLOCK_DAY)
/* Rows of each statement: few enough that nobody waits for the transaction. */
enum { PORTION = 200 };

/* Nobody is told of what waits to be told. */
static bool silence(struct db *db, int64_t id, struct error *err)
{
	static const char *const statements[] = {
		"UPDATE entry SET announce = 0 WHERE publication = $1 AND announce <> 0",
		"DELETE FROM letter_due WHERE letter IN (SELECT entry FROM letter WHERE publication = $1)",
		"DELETE FROM letter WHERE publication = $1",
		"DELETE FROM ask WHERE publication = $1",
		"UPDATE schedule SET closed = 1 WHERE publication = $1",
	};
	bool fine = true;
	for (size_t i = 0; fine && i < sizeof statements / sizeof *statements; i++)
		fine = db_run(db, statements[i], DB_ARGS(db_int(id)), err);
	return fine;
}

bool plan_leave(struct db *db, int64_t publication, struct error *err)
{
	int64_t changed, now = clock_now();
	if (!db_change(db, "UPDATE publication SET leaving = $2 WHERE id = $1 AND leaving = 0", DB_ARGS(db_int(publication), db_int(now)), &changed, err))
		return false;
	if (!changed)
		return error_set(err, ERROR_NOT_FOUND, "it was removed already");
	return silence(db, publication, err) &&
	       db_run(db, "UPDATE issue SET stopped = $2, planned = CASE WHEN planned = 0 THEN $3 ELSE planned END WHERE publication = $1",
	              DB_ARGS(db_int(publication), db_int(STOP_CANCELLED), db_int(now)), err) &&
	       tally_add(db, publication, TALLY_PUBLICATION, "", 1, err);
}

/* Is anything on its way that it says to others: its end, that it no longer follows, that hubs need not push? */
static bool is_heard(struct db *db, int64_t id, bool *heard, struct error *err)
{
	int64_t open;
	bool fine = db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM issue i WHERE i.publication = $1 AND i.stopped = 0 AND (i.planned = 0 OR EXISTS"
	                           " (SELECT 1 FROM delivery d WHERE d.issue = i.id AND d.next_try IS NOT NULL)) UNION ALL SELECT 1 FROM websub WHERE publication = $1) waiting",
	                       DB_ARGS(db_int(id)), &open, err);
	*heard = fine && open == 0;
	return fine;
}

/* Every URL that it had is remembered. */
static bool finish(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "INSERT INTO publication_gone (host, handle, gone) SELECT u.host, p.handle, $2 FROM publication_url u JOIN publication p ON p.id = u.publication WHERE p.id = $1"
	                  " ON CONFLICT (host) DO UPDATE SET handle = excluded.handle, gone = excluded.gone", DB_ARGS(db_int(id), db_int(clock_now())), err) &&
	       db_run(db, "DELETE FROM publication WHERE id = $1", DB_ARGS(db_int(id)), err);
}

struct portion {
	struct db *db;
	int64_t id;
	bool ended;
};

/* What there may be much of goes first; the rest goes with the publication. */
static bool delete_some(void *context, struct error *err)
{
	static const char *const statements[] = {
		"DELETE FROM delivery WHERE id IN (SELECT d.id FROM issue i JOIN delivery d ON d.issue = i.id WHERE i.publication = $1 LIMIT $2)",
		"DELETE FROM subscriber WHERE id IN (SELECT subscriber FROM address WHERE publication = $1 LIMIT $2)",
		"DELETE FROM issue WHERE id IN (SELECT id FROM issue WHERE publication = $1 LIMIT $2)",
		"DELETE FROM entry_key WHERE entry IN (SELECT entry FROM entry_key WHERE publication = $1 LIMIT $2)",
		"DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE publication = $1 LIMIT $2)",
	};
	struct portion *s = context;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		int64_t changed;
		if (!db_change(s->db, statements[i], DB_ARGS(db_int(s->id), db_int(PORTION)), &changed, err))
			return false;
		if (changed)
			return true;
	}
	s->ended = finish(s->db, s->id, err);
	return s->ended;
}

static bool delete_portion(struct db *db, int64_t id, bool *ended, struct error *err)
{
	struct portion s = { db, id, false };
	bool fine = db_transact(db, delete_some, &s, err);
	*ended = fine && s.ended;
	return fine;
}

static bool step(struct db *db, int64_t id, int64_t since, int64_t now, bool *worked, struct error *err)
{
	bool heard = now - since >= PATIENCE, ended;
	if (!heard && !is_heard(db, id, &heard, err))
		return false;
	if (!heard)
		return true;
	if (!delete_portion(db, id, &ended, err))
		return false;
	if (ended)
		log_info("publication removed", log_int("publication", id));
	*worked = true;
	db_give_way(db);
	return true;
}

/* One that is leaving, after this id; 0: there is none. */
static bool next(struct db *db, int64_t *id, int64_t *since, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, leaving FROM publication WHERE leaving <> 0 AND id > $1 ORDER BY id LIMIT 1", DB_ARGS(db_int(*id)));
	bool any = db_next(rows);
	*id = any ? db_column_int(rows, 0) : 0;
	*since = any ? db_column_int(rows, 1) : 0;
	return db_finish(rows, err);
}

bool plan_leave_sweep(struct db *db, int64_t now, bool *worked, struct error *err)
{
	struct hold hold = { 0 };
	int64_t id = 0, since;
	*worked = false;
	if (!hold_get(db, &hold, err))
		return false;
	while (!hold.since && !*worked) {
		if (!next(db, &id, &since, err))
			return false;
		if (!id)
			return true;
		if (!step(db, id, since, now, worked, err))
			return false;
	}
	return true;
}
