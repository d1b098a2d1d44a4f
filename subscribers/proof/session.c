#include "subscribers/proof/session.h"
#include "gateway/archive/store/pace.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"

/* A pending address that is not confirmed is deleted after this time. */
#define PENDING_LIFE (7 * CLOCK_DAY)

bool session_open(void *owner, struct db *db, int64_t subscriber, char **cookie, struct error *err)
{
	*cookie = token_random(owner, 24);
	char *hash = token_hash(NULL, *cookie);
	bool fine = db_run(db, "INSERT INTO session (subscriber, token_hash, created, expires) VALUES ($1, $2, $3, $4)",
	                   DB_ARGS(db_int(subscriber), db_text(hash), db_int(clock_now()), db_int(clock_now() + SESSION_LIFE)), err);
	talloc_free(hash);
	return fine;
}

bool session_viewer(void *owner, struct db *db, const struct publication *p, const char *cookie, struct viewer *viewer, struct error *err)
{
	*viewer = (struct viewer){ VIEWER_ANYBODY, 0, 0, 0 };
	if (!cookie)
		return true;
	char *hash = token_hash(NULL, cookie);
	struct db_rows *rows = db_query(db, "SELECT s.id, (SELECT a.value FROM address a WHERE a.subscriber = s.id AND a.kind = $4"
	                                    " AND a.state = $5 ORDER BY a.id LIMIT 1), s.tier"
	                                    " FROM session e JOIN subscriber s ON s.id = e.subscriber"
	                                    " WHERE e.token_hash = $1 AND e.expires > $2 AND s.publication = $3",
	                                DB_ARGS(db_text(hash), db_int(clock_now()), db_int(p->id), db_int(ADDRESS_MAIL),
	                                        db_int(ADDRESS_CONFIRMED)));
	if (db_next(rows))
		*viewer = (struct viewer){ gate_reader(db_column_int(rows, 2) == TIER_SUPPORTER), p->id, db_column_int(rows, 0), db_column_dup(owner, rows, 1) };
	talloc_free(hash);
	return db_finish(rows, err);
}

bool session_close(struct db *db, const char *cookie, struct error *err)
{
	char *hash = token_hash(NULL, cookie);
	bool fine = db_run(db, "DELETE FROM session WHERE token_hash = $1", DB_ARGS(db_text(hash)), err);
	talloc_free(hash);
	return fine;
}

/* In a transaction: somebody may confirm such an address, or ask again, at this moment. */
static bool sweep_pending(struct db *db, int64_t now, struct error *err)
{
	/* The new address of somebody who moves and never confirmed: they stay. */
	static const char new_address[] = "DELETE FROM address WHERE state = $1 AND confirmed = 0 AND created < $2"
	                                  " AND NOT EXISTS (SELECT 1 FROM proof WHERE proof.address = address.id) AND id IN (SELECT m.address FROM address_move m)";
	return db_begin(db, err) &&
	       db_end(db, db_run(db, new_address, DB_ARGS(db_int(ADDRESS_PENDING), db_int(now - PENDING_LIFE)), err) &&
	                  db_run(db, "DELETE FROM subscriber WHERE id IN (SELECT subscriber FROM address WHERE state = $1 AND confirmed = 0"
	                             " AND created < $2 AND NOT EXISTS (SELECT 1 FROM proof WHERE proof.address = address.id)"
	                             " AND NOT EXISTS (SELECT 1 FROM address_move m WHERE m.address = address.id))",
	                         DB_ARGS(db_int(ADDRESS_PENDING), db_int(now - PENDING_LIFE)), err), err);
}

bool session_end_all(struct db *db, const struct address *address, struct error *err)
{
	int64_t now = clock_now();
	return db_run(db, "DELETE FROM session WHERE subscriber = $1", DB_ARGS(db_int(address->subscriber)), err) &&
	       db_run(db, "UPDATE proof SET expires = $2, code_expires = $2 WHERE address = $1 AND used = 0 AND expires > $2",
	              DB_ARGS(db_int(address->id), db_int(now)), err);
}

bool session_sweep(struct db *db, int64_t now, struct error *err)
{
	return db_run(db, "DELETE FROM session WHERE expires < $1", DB_ARGS(db_int(now)), err) &&
	       pace_sweep(db, now, err) && db_run(db, "DELETE FROM proof WHERE expires < $1", DB_ARGS(db_int(now - CLOCK_DAY)), err) &&
	       sweep_pending(db, now, err);
}
