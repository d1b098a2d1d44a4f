/* The ledger as two queues of the quarantine: letters and activities. */
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"

static bool close_row(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, crashes = 0, words = 'in quarantine' WHERE id = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_int(row), db_int(DELIVERY_QUARANTINED)), err);
}

static bool retry(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE delivery SET state = $2, next_try = $3, created = $3, first_try = 0, words = NULL WHERE id = $1 AND state = $4",
	              DB_ARGS(db_int(row), db_int(DELIVERY_WAITING), db_int(clock_now()), db_int(DELIVERY_QUARANTINED)), err);
}

static bool drop(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE delivery SET state = $2, finished = $3, reason = $4, words = 'dropped from quarantine' WHERE id = $1 AND state = $5",
	              DB_ARGS(db_int(row), db_int(DELIVERY_SUPPRESSED), db_int(clock_now()), db_int(DELIVERY_DROPPED), db_int(DELIVERY_QUARANTINED)), err);
}

/* A row that waits is due at once; one that was deferred waits 7.5 hours at most, or a day if its server may have asked for that.  A row that
 * is held after a restore (hold.h) is put off for good. */
/* A pause (pause.h) and a hold (hold.h) are no mistakes. */
#define IMPOSSIBLE "next_try < 253370764799000 AND next_try > $1 + CASE WHEN state = 0 THEN 60000 WHEN reason <> 5 THEN 28800000 ELSE 93600000 END"

#define QUEUE(queue, worker, kind) { \
	.name = queue, .role = worker, .table = "delivery", .key = "id", .which = "kind = " kind, .waiting = "next_try <= $1 AND priority < 2", .lease = "next_try", \
	.release = "next_try = $2", .impossible = IMPOSSIBLE, .publication = "(SELECT i.publication FROM issue i WHERE i.id = delivery.issue)", \
	.close = close_row, .retry = retry, .drop = drop }

_Static_assert(DELIVERY_WAITING == 0 && DELIVERY_THROTTLED == 5 && ADDRESS_MAIL == 0 && ADDRESS_ACTOR == 1, "the SQL has these numbers");
const struct quarantine_kind ledger_letters = QUEUE("letter", "mail", "0");
const struct quarantine_kind ledger_activities = QUEUE("activity", "federate", "1");
