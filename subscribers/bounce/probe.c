#include "subscribers/bounce/probe.h"
#include "subscribers/ledger/ledger.h"

bool probe_send(struct db *db, int64_t address, int64_t since, struct error *err)
{
	int64_t issue;
	return ledger_notice(db, address, "{\"letter\":\"probe\"}", &issue, err) &&
	       db_run(db, "UPDATE address SET probe = (SELECT d.id FROM delivery d WHERE d.issue = $2 AND d.address = $1), probe_since = $3 WHERE id = $1",
	              DB_ARGS(db_int(address), db_int(issue), db_int(since)), err);
}

bool probe_since(struct db *db, int64_t address, int64_t delivery, int64_t *since, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(probe_since), 0) FROM address WHERE id = $1 AND probe = $2", DB_ARGS(db_int(address), db_int(delivery)), since, err);
}
