#include "subscribers/bounce/score.h"
#include "gateway/base/system/clock.h"
#include <math.h>

/* In thousandths. */
enum { ONE = 1000, LIMIT = 5 * ONE, NEAR_ZERO = ONE / 4 };
#define HALF (30 * CLOCK_DAY)
#define LEAST (14 * CLOCK_DAY)

struct score {
	int64_t value, time, since;
};

static bool read_score(struct db *db, int64_t address, struct score *s, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT bounce_score, bounce_time, bounce_since FROM address WHERE id = $1", DB_ARGS(db_int(address)));
	*s = (struct score){ 0 };
	if (db_next(rows))
		*s = (struct score){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2) };
	return db_finish(rows, err);
}

bool score_add(struct db *db, int64_t address, int64_t now, bool *over, int64_t *since, struct error *err)
{
	struct score s;
	if (!read_score(db, address, &s, err))
		return false;
	*over = false;
	*since = s.since;
	if (s.time && now - s.time < CLOCK_DAY)
		return true;
	int64_t left = (int64_t)((double)s.value * exp2(-(double)(now - s.time) / (double)HALF));
	*since = left < NEAR_ZERO ? now : s.since;
	*over = left + ONE >= LIMIT && now - *since >= LEAST;
	return db_run(db, "UPDATE address SET bounce_score = $2, bounce_time = $3, bounce_since = $4 WHERE id = $1",
	              DB_ARGS(db_int(address), db_int(*over ? 0 : left + ONE), db_int(now), db_int(*since)), err);
}
