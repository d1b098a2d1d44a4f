#include "gateway/archive/store/pace.h"
#include "gateway/base/system/clock.h"

/* A time of fullness further away than the burst is of a clock that was wrong, and counts as past. */
bool pace_take(struct db *db, const struct pace *p, int64_t now, int64_t *wait, struct error *err)
{
	int64_t changed, full_at = 0, burst = p->burst * p->per_ms;
	*wait = 0;
	if (!db_change(db, "INSERT INTO pace (name, full_at) VALUES ($1, $2 + $3) ON CONFLICT (name) DO UPDATE SET full_at ="
	                   " CASE WHEN pace.full_at > $2 AND pace.full_at <= $2 + $4 THEN pace.full_at ELSE $2 END + $3"
	                   " WHERE pace.full_at <= $2 + $4 - $3 OR pace.full_at > $2 + $4",
	               DB_ARGS(db_text(p->name), db_int(now), db_int(p->per_ms), db_int(burst)), &changed, err))
		return false;
	if (changed)
		return true;
	if (!db_get_int(db, "SELECT full_at FROM pace WHERE name = $1", DB_ARGS(db_text(p->name)), &full_at, err))
		return false;
	*wait = full_at + p->per_ms - now - burst;
	*wait = *wait > 0 ? *wait : 1;
	return true;
}

bool pace_sweep(struct db *db, int64_t now, struct error *err)
{
	return db_run(db, "DELETE FROM pace WHERE full_at < $1 OR full_at > $2", DB_ARGS(db_int(now), db_int(now + CLOCK_HOUR)), err);
}
