/* How often strangers may have letters written. */
#include "gateway/archive/store/pace.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/proof/ask_limit.h"
#include "unit/fixture.h"

static struct error err;

static const struct {
	const char *mail, *remote; /* %d is another number each time */
	int asked, least, most;    /* how many of so many may be taken */
	const char *what;
} cases[] = {
	{ "u%d@one.example", "198.51.%d.7", 200, 60, 62, "one domain, from everywhere" },
	{ "u@d%d.example", "2001:db8:1:%d::1", 200, 40, 41, "from one /48, whichever /64" },
	{ "u@e%d.example", "192.0.2.%d", 200, 40, 41, "from one /24" },
	{ "u@f%d.example", "::ffff:203.0.113.%d", 100, 40, 41, "which may be mapped into IPv6" },
	{ "nonsense%d", "192.0.2.%d", 50, 50, 50, "what is no address is refused elsewhere" },
	{ "u@g%d.example", "", 500, 118, 122, "and all together no more than the instance may send" },
};

static const struct {
	const char *mail, *remote;
	int asked, taken;
	const char *what;
} hasty[] = {
	{ "nonsense", "192.0.2.%d", 5, 5, "what is no address is refused elsewhere" },
	{ "u@a.example", "192.0.2.%d", 15, 10, "ten forms of one /24 that nobody can have read" },
	{ "u@a.example", "198.51.%d.7", 60, 30, "and forty of all networks" },
	{ "u@a.example", "", 5, 0, "also of those that are not known" },
};

static void check_hasty(void *t, struct db *db)
{
	int64_t wait = 0;
	for (size_t i = 0; i < sizeof hasty / sizeof *hasty; i++) {
		int taken = 0;
		for (int n = 0; n < hasty[i].asked; n++) {
			fixture_must(ask_limit_take_hasty(db, hasty[i].mail, text_replace(t, hasty[i].remote, "%d", mem_printf(t, "%d", n)), &wait, &err), &err);
			taken += wait == 0;
		}
		is_int(taken, hasty[i].taken, hasty[i].what);
		ok(taken == hasty[i].asked || (wait > 0 && wait <= 30 * CLOCK_MINUTE), "and then no more for some time");
	}
	fixture_must(db_run(db, "UPDATE pace SET full_at = full_at - $1", DB_ARGS(db_int(CLOCK_HOUR)), &err), &err);
	ok(ask_limit_take_hasty(db, "u@a.example", "192.0.2.1", &wait, &err) && wait == 0, "after an hour all is forgotten");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int taken = 0;
		int64_t wait = 0;
		for (int n = 0; n < cases[i].asked; n++) {
			char *mail = text_replace(t, cases[i].mail, "%d", mem_printf(t, "%d", n)), *remote = text_replace(t, cases[i].remote, "%d", mem_printf(t, "%d", n % 250));
			fixture_must(ask_limit_take(db, mail, remote, &wait, &err), &err);
			taken += wait == 0;
		}
		if (!ok(taken >= cases[i].least && taken <= cases[i].most, cases[i].what))
			printf("# %d taken\n", taken);
		ok(taken == cases[i].asked || (wait > 0 && wait <= 30 * CLOCK_SECOND), "and the wait is said");
	}
	check_hasty(t, db);
	int64_t n;
	fixture_must(db_run(db, "UPDATE pace SET full_at = full_at + $1", DB_ARGS(db_int(CLOCK_DAY)), &err), &err);
	int64_t wait;
	ok(ask_limit_take(db, "u@h.example", "", &wait, &err) && wait == 0, "a clock that was wrong blocks nobody");
	ok(pace_sweep(db, clock_now() + CLOCK_DAY * 2, &err) && db_get_int(db, "SELECT count(*) FROM pace", DB_NONE, &n, &err) && n == 0, "what is past is forgotten");
	talloc_free(t);
	return tap_done();
}
