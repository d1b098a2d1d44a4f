#include "subscribers/people/consent.h"
#include "gateway/base/system/clock.h"

bool consent_record(struct db *db, int64_t address, enum consent_event event, const struct consent *how, struct error *err)
{
	return db_run(db, "INSERT INTO consent (address, event, time, remote, wording) VALUES ($1, $2, $3, $4, $5)",
	              DB_ARGS(db_int(address), db_int(event), db_int(clock_now()), db_text(how->remote ? how->remote : ""),
	                      db_text(how->wording ? how->wording : "")), err);
}
