#include "gateway/mail/warm_up.h"
#include "gateway/base/system/clock.h"

/* No server sends more, so it is warm. */
enum { ENOUGH = 100000000 };

int64_t warm_up_allowed(const struct warm_up *w, int64_t days)
{
	double allowed = w->first;
	for (int64_t i = 0; i < days && allowed < ENOUGH; i++)
		allowed += allowed * w->growth / 100;
	return allowed < ENOUGH ? (int64_t)allowed : ENOUGH;
}

/* The row of today. */
static bool begin_day(struct db *db, const char *server, int64_t day, struct error *err)
{
	return db_run(db, "INSERT INTO warm_up (server, day, days, sent) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", DB_ARGS(db_text(server), db_int(day)), err) &&
	       db_run(db, "UPDATE warm_up SET days = days + CASE WHEN sent > 0 THEN 1 ELSE 0 END, day = $2, sent = 0 WHERE server = $1 AND day < $2",
	              DB_ARGS(db_text(server), db_int(day)), err);
}

static bool read_day(struct db *db, const char *server, int64_t *days, int64_t *sent, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT days, sent FROM warm_up WHERE server = $1", DB_ARGS(db_text(server)));
	*days = *sent = 0;
	if (db_next(rows)) {
		*days = db_column_int(rows, 0);
		*sent = db_column_int(rows, 1);
	}
	return db_finish(rows, err);
}

bool warm_up_reserve(struct db *db, const char *server, const struct warm_up *w, int64_t now, int64_t want, bool urgent, int64_t *got, struct error *err)
{
	int64_t day = now / CLOCK_DAY, days, sent, changed;
	*got = 0;
	if (!begin_day(db, server, day, err) || !read_day(db, server, &days, &sent, err))
		return false;
	int64_t allowed = urgent ? ENOUGH : warm_up_allowed(w, days), left = allowed - sent, some = want < left ? want : left;
	if (some <= 0)
		return true;
	/* Another one may have taken some meanwhile: then none are had, and the caller asks again. */
	if (!db_change(db, "UPDATE warm_up SET sent = sent + $3 WHERE server = $1 AND day = $2 AND sent + $3 <= $4",
	               DB_ARGS(db_text(server), db_int(day), db_int(some), db_int(allowed)), &changed, err))
		return false;
	*got = changed ? some : 0;
	return true;
}

bool warm_up_return(struct db *db, const char *server, int64_t now, int64_t letters, struct error *err)
{
	return db_run(db, "UPDATE warm_up SET sent = sent - $3 WHERE server = $1 AND day = $2 AND sent >= $3",
	              DB_ARGS(db_text(server), db_int(now / CLOCK_DAY), db_int(letters)), err);
}
