#include "subscribers/people/consent.h"
#include "gateway/base/system/clock.h"
#include <string.h>

bool consent_record(struct db *db, int64_t address, enum consent_event event, const struct consent *how, int64_t *id, struct error *err)
{
	int64_t fresh;
	if (!db_get_int(db, "INSERT INTO consent (address, event, time, remote, wording) VALUES ($1, $2, $3, $4, $5) RETURNING id",
	                DB_ARGS(db_int(address), db_int(event), db_int(clock_now()), db_text(how->remote ? how->remote : ""),
	                        db_text(how->wording ? how->wording : "")), &fresh, err))
		return false;
	if (id)
		*id = fresh;
	return true;
}

static const char *const names[] = { "asked", "confirmed", "left", "owner", "followed", "signed-in", "imported" };

const char *consent_event_name(enum consent_event event) { return names[event]; }

bool consent_event_named(const char *name, enum consent_event *event)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0) {
			*event = (enum consent_event)i;
			return true;
		}
	return false;
}
