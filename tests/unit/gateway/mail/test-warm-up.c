/* A new mail server: so many letters on its first day, more on each after one that was used. */
#include "gateway/base/system/clock.h"
#include "gateway/mail/warm_up.h"
#include "unit/fixture.h"

static struct error err;
static const struct warm_up half = { .first = 100, .growth = 50 };
static const int64_t start = INT64_C(20000) * CLOCK_DAY + CLOCK_HOUR;

static int64_t reserve(struct db *db, const char *server, int64_t now, int64_t want, bool urgent)
{
	int64_t got = -1;
	ok(warm_up_reserve(db, server, &half, now, want, urgent, &got, &err), "asked");
	return got;
}

static void growth(void)
{
	static const struct { int first, growth; int64_t days, allowed; } cases[] = {
		{ 100, 50, 0, 100 }, { 100, 50, 1, 150 }, { 100, 50, 2, 225 }, { 50, 100, 10, 51200 }, { 100, 0, 1000, 100 }, { 1, 100, 1000, 100000000 }, { 1000, 30, INT64_C(1) << 40, 100000000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_int(warm_up_allowed(&(struct warm_up){ cases[i].first, cases[i].growth }, cases[i].days), cases[i].allowed, "so many are allowed");
}

static void days(struct db *db)
{
	is_int(reserve(db, "new", start, 60, false), 60, "some of the first day");
	is_int(reserve(db, "new", start, 60, false), 40, "what is left of it");
	is_int(reserve(db, "new", start, 60, false), 0, "no more");
	is_int(reserve(db, "other", start, 60, false), 60, "of another server there is");
	is_int(reserve(db, "new", start, 1, true), 1, "but what somebody waits for goes");
	ok(warm_up_return(db, "new", start, 11, &err), "eleven were not sent");
	is_int(reserve(db, "new", start, 60, false), 10, "and are there for others");
	is_int(reserve(db, "new", start + CLOCK_DAY, 1000, false), 150, "on the second day half as much again");
	is_int(reserve(db, "new", start + 8 * CLOCK_DAY, 1000, false), 225, "a week without letters counts for nothing");
	is_int(reserve(db, "new", start + 9 * CLOCK_DAY, 0, false), 0, "a day on which nothing is sent");
	is_int(reserve(db, "new", start + 10 * CLOCK_DAY, 1000, false), 337, "neither");
	is_int(reserve(db, "new", start + 9 * CLOCK_DAY, 1000, false), 0, "a clock that is set back gives nothing twice");
}

int main(void)
{
	void *t = talloc_new(NULL);
	growth();
	days(fixture_db(t));
	talloc_free(t);
	return tap_done();
}
