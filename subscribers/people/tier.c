#include "subscribers/people/tier.h"
#include <string.h>

static const char *const names[] = { [TIER_SUBSCRIBER] = "subscriber", [TIER_SUPPORTER] = "supporter" };

const char *tier_name(enum subscriber_tier tier) { return names[tier]; }

bool tier_named(const char *name, enum subscriber_tier *tier, struct error *err)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*tier = (enum subscriber_tier)i;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no tier: subscriber or supporter", name);
}

bool tier_set(struct db *db, int64_t subscriber, enum subscriber_tier tier, struct error *err)
{
	return db_run(db, "UPDATE subscriber SET tier = $2, tier_import = 0 WHERE id = $1", DB_ARGS(db_int(subscriber), db_int(tier)), err);
}

bool tier_raise(struct db *db, int64_t subscriber, int64_t import, bool *raised, struct error *err)
{
	int64_t changed;
	bool fine = db_change(db, "UPDATE subscriber SET tier = $2, tier_import = $3 WHERE id = $1 AND tier <> $2",
	                      DB_ARGS(db_int(subscriber), db_int(TIER_SUPPORTER), db_int(import)), &changed, err);
	*raised = fine && changed;
	return fine;
}

bool tier_take_back(struct db *db, int64_t import, int64_t limit, int64_t *changed, struct error *err)
{
	return db_change(db, "UPDATE subscriber SET tier = $2, tier_import = 0 WHERE tier_import = $1 AND tier_import <> 0 AND id IN"
	                     " (SELECT s.id FROM subscriber s WHERE s.tier_import = $1 AND s.tier_import <> 0 ORDER BY s.id LIMIT $3)",
	                 DB_ARGS(db_int(import), db_int(TIER_SUBSCRIBER), db_int(limit)), changed, err);
}
