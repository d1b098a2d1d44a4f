/* The queues of the role ingest: what a process held that has ended is due at once, and what ended it three times is left out. */
#include "feeds/picture/picture_fetch.h"
#include "feeds/source/source.h"
#include "feeds/websub/websub_push.h"
#include "feeds/withdraw/vanished_check.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;
static char *dead; /* a process of this machine that has ended */
static int64_t first;  /* the source of the test */

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static bool claim_source(struct db *db, bool suspects)
{
	struct source **all;
	fixture_must(source_claim(db, db, &(struct source_claimer){ dead, CLOCK_MINUTE, 10, suspects }, &all, &err), &err);
	return talloc_array_length(all) == 1 && all[0]->id == first;
}

static bool claim_push(struct db *db, bool suspects)
{
	struct websub_push *push;
	fixture_must(websub_push_claim(db, db, &(struct websub_push_claimer){ dead, CLOCK_MINUTE, suspects }, &push, &err), &err);
	return push != NULL;
}

/* Pages are claimed by the checker, in the name of this process. */
static bool claim_page(struct db *db, bool suspects)
{
	int64_t changed;
	fixture_must(db_change(db, "UPDATE vanished SET holder = $1, next_try = $2 WHERE state = 0 AND holder IS NULL AND next_try <= $3 AND (crashes > 0) = ($4 = 1)",
	                       DB_ARGS(db_text(dead), db_int(clock_now() + CLOCK_MINUTE), db_int(clock_now()), db_int(suspects)), &changed, &err), &err);
	return changed == 1;
}

static bool claim_picture(struct db *db, bool suspects)
{
	int64_t changed;
	fixture_must(db_change(db, "UPDATE entry_picture SET holder = $1, next_try = $2 WHERE picture IS NULL AND holder IS NULL AND next_try <= $3 AND (crashes > 0) = ($4 = 1)",
	                       DB_ARGS(db_text(dead), db_int(clock_now() + CLOCK_MINUTE), db_int(clock_now()), db_int(suspects)), &changed, &err), &err);
	return changed == 1;
}

static const struct {
	const struct quarantine_kind *kind;
	bool (*claim)(struct db *db, bool suspects);
	const char *closed, *open; /* SQL: how many rows are quarantined; how many are due after a retry */
} queues[] = {
	{ &source_queue, claim_source, "SELECT count(*) FROM source WHERE state = 1", "SELECT count(*) FROM source WHERE state = 0 AND holder IS NULL AND crashes = 0" },
	{ &websub_push_queue, claim_push, "SELECT count(*) FROM websub_arrival WHERE quarantined = 1", "SELECT count(*) FROM source WHERE next_fetch > 1" },
	{ &vanished_queue, claim_page, "SELECT count(*) FROM vanished WHERE state = 1", "SELECT count(*) FROM vanished WHERE state = 0" },
	{ &picture_queue, claim_picture, "SELECT count(*) FROM entry_picture WHERE next_try IS NULL", "SELECT count(*) FROM entry_picture WHERE next_try IS NOT NULL" },
};

static void die_three_times(struct db *db, size_t n)
{
	const struct quarantine_kind *const kinds[] = { queues[n].kind, NULL };
	struct quarantined **all;
	for (int crash = 1; crash <= QUARANTINE_TRIES; crash++) {
		bool suspect = true;
		ok(quarantine_suspects(db, queues[n].kind, &suspect, &err) && suspect == (crash > 1), queues[n].kind->name);
		ok(!queues[n].claim(db, crash == 1), "neither a suspect before its first crash nor usual after it");
		ok(queues[n].claim(db, crash > 1), "claimed");
		ok(!queues[n].claim(db, crash > 1), "by one process only");
		fixture_must(quarantine_watch(db, kinds, &(struct quarantine_watch){ 0 }, &err), &err);
	}
	ok(!queues[n].claim(db, true) && !queues[n].claim(db, false), "after three crashes nobody claims it");
	is_int(count(db, queues[n].closed), 1, "it is closed");
	ok(quarantine_list(db, db, &all, &err) && talloc_array_length(all) == 1, "and listed");
	is(all[0]->kind, queues[n].kind->name, "as what it is");
	ok(quarantine_retry(db, kinds, all[0]->id, &err), "tried again");
	is_int(count(db, queues[n].open), 1, "it is due");
}

/* What holds one of them is the process that fetches, so only its own outcome ends a crash count. */
static void outcomes(struct db *db)
{
	const struct quarantine_kind *const kinds[] = { &source_queue, NULL };
	int64_t next = clock_now() + CLOCK_HOUR;
	fixture_must(db_run(db, "UPDATE source SET claimed = 0, next_fetch = 1, holder = NULL, crashes = 0", DB_NONE, &err), &err);
	ok(claim_source(db, false) && quarantine_watch(db, kinds, &(struct quarantine_watch){ 0 }, &err), "a process ended");
	is_int(count(db, "SELECT count(*) FROM source WHERE crashes = 1 AND claimed = 0 AND holder IS NULL"), 1, "its source is due at once, and suspect");
	struct source *s = source_get(db, db, first, &err);
	ok(claim_source(db, true) && source_put_off(db, first, s->next_fetch, &err), "given back");
	is_int(count(db, "SELECT crashes FROM source"), 1, "it is as suspect as before");
	s->next_fetch = next;
	ok(claim_source(db, true) && source_record(db, s, &err), "fetched");
	is_int(count(db, "SELECT crashes FROM source WHERE holder IS NULL"), 0, "it is above suspicion");
	fixture_must(db_run(db, "UPDATE source SET last_fetch = $1, next_fetch = $1", DB_ARGS(db_int(next + CLOCK_DAY)), &err), &err);
	ok(quarantine_watch(db, kinds, &(struct quarantine_watch){ 0 }, &err) && claim_source(db, false), "fetched while the clock was a day ahead, it is due");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	char *me = holder_self(t);
	dead = mem_printf(t, "%.*s:999999999.1", (int)(strrchr(me, ':') - me), me);
	fixture_must(source_add(db, p->id, SOURCE_FEED, "https://blog.example/feed", 0, &first, &err), &err);
	int64_t entry = fixture_post(db, p->id, "missing", "<p>a <img src=\"https://i.ytimg.com/vi/a/0.jpg\" alt=\"\"></p>", 1, false);
	fixture_must(db_run(db, "INSERT INTO vanished (entry, source, link, since, state, misses, tries, next_try) VALUES ($1, $2, 'https://blog.example/a', 1, 0, 0, 0, 1)",
	                    DB_ARGS(db_int(entry), db_int(first)), &err), &err);
	fixture_must(db_run(db, "INSERT INTO websub (publication, source, hubs, hub, topic, base, token, secret, state, pending, pending_until, lease_end, next_try,"
	                        " tries, proven, pushes, last_push, forged) VALUES ($1, $2, '', '', '', '', '', '', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
	                    DB_ARGS(db_int(p->id), db_int(first)), &err), &err);
	fixture_must(db_run(db, "INSERT INTO websub_arrival (websub, body, received, claimed) SELECT id, $1, 1, 0 FROM websub", DB_ARGS(db_blob("x", 1)), &err), &err);
	for (size_t n = 0; n < sizeof queues / sizeof *queues; n++)
		die_three_times(db, n);
	outcomes(db);
	talloc_free(t);
	return tap_done();
}
