#include "subscribers/proof/move_finish.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"

bool move_rows(struct db *db, int64_t to, int64_t from, struct error *err)
{
	return db_run(db, "UPDATE delivery SET address = $1 WHERE address = $2 AND state IN ($3, $4) AND holder IS NULL AND next_try IS NOT NULL"
	                  " AND issue IN (SELECT i.id FROM issue i WHERE i.kind <> $5) AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.issue = delivery.issue AND d.address = $1)",
	              DB_ARGS(db_int(to), db_int(from), db_int(DELIVERY_WAITING), db_int(DELIVERY_DEFERRED), db_int(ISSUE_NOTICE)), err);
}

static bool take_over(struct db *db, int64_t address, int64_t old, struct error *err)
{
	const struct db_value both[] = { db_int(address), db_int(old), { DB_END, 0, 0, 0 } };
	return db_run(db, "UPDATE address SET (schedule, digested, due, topics, text_only, language) ="
	                  " (SELECT o.schedule, o.digested, o.due, o.topics, o.text_only, o.language FROM address o WHERE o.id = $2) WHERE id = $1", both, err) &&
	       db_run(db, "DELETE FROM address_topic WHERE address = $1", DB_ARGS(db_int(address)), err) &&
	       db_run(db, "INSERT INTO address_topic (address, slug, wanted) SELECT $1, t.slug, t.wanted FROM address_topic t WHERE t.address = $2", both, err) &&
	       move_rows(db, address, old, err);
}

bool move_read(struct db *db, const char *sql, const struct db_value *args, int64_t *other, int64_t *moved, bool *there, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	*there = db_next(rows);
	*other = *there ? db_column_int(rows, 0) : 0;
	*moved = *there ? db_column_int(rows, 1) : 0;
	return db_finish(rows, err);
}

bool move_finish(struct db *db, int64_t address, const struct consent *how, bool *moved, struct error *err)
{
	int64_t old, done;
	if (!move_read(db, "SELECT m.old, m.moved FROM address_move m JOIN address o ON o.id = m.old WHERE m.address = $1 AND m.moved = 0 AND o.state = $2",
	               DB_ARGS(db_int(address), db_int(ADDRESS_CONFIRMED)), &old, &done, moved, err))
		return false;
	const struct consent left = { how->remote, "moved to another address of theirs" };
	return !*moved || (take_over(db, address, old, err) && subscriber_leave(db, old, &left, err) &&
	                   db_run(db, "UPDATE address_move SET moved = $2 WHERE address = $1", DB_ARGS(db_int(address), db_int(clock_now())), err));
}
