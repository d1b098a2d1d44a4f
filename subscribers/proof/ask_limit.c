#include "subscribers/proof/ask_limit.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

/* So many at once, and then one every so many ms.  All in the same order, so that nobody waits for one who waits for them. */
struct limit {
	const char *what;
	int64_t burst, per_ms;
};
static const struct limit limits[] = {
	{ "domain", 60, 15 * CLOCK_SECOND },
	{ "network", 40, 30 * CLOCK_SECOND },
	{ "instance", 300, 2 * CLOCK_SECOND },
};
enum { LONGEST_MS = 60 * 60 * 1000 };

/* A time of fullness further away than the burst is of a clock that was wrong, and counts as past. */
static bool take(struct db *db, const struct limit *l, const char *name, int64_t now, int64_t *wait, struct error *err)
{
	int64_t changed, full_at = 0, burst = l->burst * l->per_ms;
	if (!db_change(db, "INSERT INTO pace (name, full_at) VALUES ($1, $2 + $3) ON CONFLICT (name) DO UPDATE SET full_at ="
	                   " CASE WHEN pace.full_at > $2 AND pace.full_at <= $2 + $4 THEN pace.full_at ELSE $2 END + $3"
	                   " WHERE pace.full_at <= $2 + $4 - $3 OR pace.full_at > $2 + $4",
	               DB_ARGS(db_text(name), db_int(now), db_int(l->per_ms), db_int(burst)), &changed, err))
		return false;
	if (changed)
		return true;
	if (!db_get_int(db, "SELECT full_at FROM pace WHERE name = $1", DB_ARGS(db_text(name)), &full_at, err))
		return false;
	*wait = full_at + l->per_ms - now - burst;
	*wait = *wait > 0 ? *wait : 1;
	return true;
}

static bool take_all(struct db *db, const char *const *names, int64_t *wait, struct error *err)
{
	int64_t now = clock_now();
	bool fine = db_begin_rows(db, err);
	if (!fine)
		return false;
	for (size_t i = 0; fine && !*wait && i < sizeof limits / sizeof *limits; i++)
		fine = !names[i] || take(db, &limits[i], names[i], now, wait, err);
	if (fine && *wait) {
		db_rollback(db);
		return true;
	}
	return db_end(db, fine, err);
}

bool ask_limit_take(struct db *db, const char *mail, const char *remote, int64_t *wait, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *clean = mailbox_normalise(scratch, mail), *network = network_name(scratch, remote);
	const char *names[] = { clean ? mem_printf(scratch, "domain %s", mailbox_domain(clean)) : NULL,
	                        network ? mem_printf(scratch, "network %s", network) : NULL, "instance" };
	*wait = 0;
	bool fine = !clean || take_all(db, names, wait, err);
	talloc_free(scratch);
	return fine;
}

bool ask_limit_sweep(struct db *db, int64_t now, struct error *err)
{
	return db_run(db, "DELETE FROM pace WHERE full_at < $1 OR full_at > $2", DB_ARGS(db_int(now), db_int(now + LONGEST_MS)), err);
}
