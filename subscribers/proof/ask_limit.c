#include "subscribers/proof/ask_limit.h"
#include "gateway/archive/store/pace.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

/* Takes one of each, or none; a pace without a name is nobody's.  All name them in the same order, so that nobody waits for one who waits for them. */
static bool take_all(struct db *db, const struct pace *paces, size_t count, int64_t *wait, struct error *err)
{
	int64_t now = clock_now();
	bool fine = db_begin_rows(db, err);
	if (!fine)
		return false;
	for (size_t i = 0; fine && !*wait && i < count; i++)
		fine = !paces[i].name || pace_take(db, &paces[i], now, wait, err);
	if (fine && *wait) {
		db_rollback(db);
		return true;
	}
	return db_end(db, fine, err);
}

/* "network 192.0.2.0", with words before it; NULL: nobody's. */
static char *network_of(void *owner, const char *words, const char *remote)
{
	char *network = network_name(owner, remote);
	return network ? mem_printf(owner, "%s %s", words, network) : NULL;
}

bool ask_limit_take(struct db *db, const char *mail, const char *remote, int64_t *wait, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *clean = mailbox_normalise(scratch, mail);
	const struct pace paces[] = {
		{ clean ? mem_printf(scratch, "domain %s", mailbox_domain(clean)) : NULL, 60, 15 * CLOCK_SECOND },
		{ network_of(scratch, "network", remote), 40, 30 * CLOCK_SECOND },
		{ "instance", 300, 2 * CLOCK_SECOND },
	};
	*wait = 0;
	bool fine = !clean || take_all(db, paces, sizeof paces / sizeof *paces, wait, err);
	talloc_free(scratch);
	return fine;
}

bool ask_limit_take_hasty(struct db *db, const char *mail, const char *remote, int64_t *wait, struct error *err)
{
	void *scratch = talloc_new(NULL);
	const struct pace paces[] = {
		{ network_of(scratch, "hasty network", remote), 10, 6 * CLOCK_MINUTE },
		{ "hasty", 40, 90 * CLOCK_SECOND },
	};
	*wait = 0;
	bool fine = !mailbox_normalise(scratch, mail) || take_all(db, paces, sizeof paces / sizeof *paces, wait, err);
	talloc_free(scratch);
	return fine;
}
