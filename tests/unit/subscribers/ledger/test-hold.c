/* A restored instance: what is held, what goes on, and both ways out. */
#include "gateway/archive/store/notice.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"

static struct error err;
static struct ledger_claimer me = { .lease_ms = 60000, .limit = 100 };
static const struct quarantine_kind *const queues[] = { &ledger_letters, &ledger_activities, NULL };

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static void plan_all(struct db *db)
{
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
}

static size_t claimed(struct db *db, enum address_kind kind)
{
	struct delivery **all = NULL;
	fixture_must(ledger_claim(db, db, kind, &me, &all, &err), &err);
	return talloc_array_length(all);
}

static int64_t next_due(struct db *db, enum address_kind kind)
{
	int64_t ms = -2;
	ledger_next_due(db, kind, &ms, &err);
	return ms;
}

struct instance {
	struct db *db;
	struct publication *p;
	int64_t withdrawn, reader;
	struct hold times;
};

/* Ten readers and three followers with an open post (some rows claimed), an announced withdrawal, and news that is not planned; then a restore. */
static struct instance restored(void *t)
{
	struct instance in = { .db = fixture_db(t) };
	int64_t id;
	in.p = fixture_publication(t, in.db, "https://lamp.example", PUBLICATION_FREE, 0);
	for (int i = 0; i < 10; i++)
		fixture_must(subscriber_add_confirmed(in.db, in.p->id, mem_printf(t, "r%d@example.net", i), &in.reader, &err), &err);
	for (int i = 0; i < 3; i++)
		fixture_must(subscriber_follow(in.db, in.p->id, mem_printf(t, "https://s.example/%d", i), mem_printf(t, "https://s.example/f%d", i), &id, &err), &err);
	in.withdrawn = fixture_post(in.db, in.p->id, "one", "<p>a</p>", 1, true);
	plan_all(in.db);
	me.limit = 4;
	claimed(in.db, ADDRESS_MAIL);
	me.limit = 100;
	fixture_must(archive_withdraw(in.db, in.withdrawn, &err), &err);
	plan_all(in.db);
	fixture_post(in.db, in.p->id, "two", "<p>b</p>", 1, true);
	in.times = (struct hold){ clock_now() - CLOCK_DAY, clock_now() };
	fixture_must(db_run(in.db, "UPDATE delivery SET created = created - $1", DB_ARGS(db_int(10 * CLOCK_DAY)), &err), &err);
	ok(hold_begin(in.db, &in.times, &err), "an instance is restored");
	return in;
}

static void held(struct instance *in)
{
	struct hold hold;
	struct hold_counts n;
	int64_t issue;
	ok(hold_get(in->db, &hold, &err) && hold.made == in->times.made && hold.since == in->times.since, "it is known when");
	ok(hold_count(in->db, &n, &err) && n.letters == 10 && n.activities == 6 && n.news == 1, "what is held is counted");
	is_int((long long)claimed(in->db, ADDRESS_MAIL) + (long long)claimed(in->db, ADDRESS_ACTOR), 0, "nothing of it is claimed");
	ok(next_due(in->db, ADDRESS_MAIL) > CLOCK_DAY && next_due(in->db, ADDRESS_ACTOR) > CLOCK_DAY, "nor does anybody wait for it busily");
	ok(quarantine_release(in->db, &ledger_letters, &err) && claimed(in->db, ADDRESS_MAIL) == 0, "claims from before the backup are no way out");
	ok(quarantine_watch(in->db, queues, &(struct quarantine_watch){ 0 }, &err) && claimed(in->db, ADDRESS_MAIL) == 0, "nor does a role that starts take the date for a mistake");
	fixture_post(in->db, in->p->id, "three", "<p>c</p>", 1, true);
	fixture_must(notice_post(in->db, &(struct notice){ .publication = in->p->id, .subject = "s", .text = "t" }, &err), &err);
	plan_all(in->db);
	is_int(count(in->db, "SELECT count(*) FROM issue WHERE planned = 0") + count(in->db, "SELECT count(*) FROM delivery"), 16, "what comes in is not planned");
	ok(hold_count(in->db, &n, &err) && n.news == 2, "it is counted as held");
	ok(ledger_notice(in->db, in->reader, "{}", &issue, &err) && claimed(in->db, ADDRESS_MAIL) == 1, "a letter that somebody asks for now goes out");
}

static void released(void *t)
{
	struct instance in = restored(t);
	struct hold hold;
	held(&in);
	ok(hold_release(in.db, &err) && hold_get(in.db, &hold, &err) && !hold.since, "the owner lets it go");
	is_int((long long)claimed(in.db, ADDRESS_MAIL), 10, "what was open is due");
	is_int((long long)claimed(in.db, ADDRESS_ACTOR), 6, "for the fediverse too");
	ok(quarantine_release(in.db, &ledger_letters, &err) && quarantine_release(in.db, &ledger_activities, &err) && count(in.db, "SELECT count(*) FROM delivery WHERE created < (SELECT max(created) - 86400000 FROM delivery)") == 0,
	   "as if it were new: its patience begins again");
	plan_all(in.db);
	is_int(count(in.db, "SELECT count(*) FROM issue WHERE kind = 0"), 3, "the news are planned");
	is_int(count(in.db, "SELECT count(*) FROM notice WHERE planned = 0"), 0, "and what the owner must be told");
	ok(hold_release(in.db, &err), "to let go what is not held changes nothing");
}

static void add_source(struct instance *in, const char *url, int64_t last, int64_t until)
{
	fixture_must(db_run(in->db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved, claimed)"
	                            " VALUES ($1, $2, 0, 1, 1, 0, $3, 200, 0, 0, $4)", DB_ARGS(db_int(in->p->id), db_text(url), db_int(last), db_int(until)), &err), &err);
}

static void dropped(void *t)
{
	struct instance in = restored(t);
	struct hold hold;
	held(&in);
	add_source(&in, "a", in.times.since - 1, 0);
	add_source(&in, "b", in.times.since + 1, 0);
	add_source(&in, "c", in.times.since - 1, clock_now() + CLOCK_MINUTE);
	ok(!hold_drop(in.db, &err) && err.kind == ERROR_TEMPORARY && hold_get(in.db, &hold, &err) && hold.since, "not while a source is fetched, which would not hear of it");
	is_int(count(in.db, "SELECT count(*) FROM delivery WHERE next_try > 200000000000000"), 0, "no row waits for the end of the hold, after which nobody would look for it");
	fixture_must(db_run(in.db, "UPDATE source SET claimed = 0", DB_NONE, &err), &err);
	ok(hold_drop(in.db, &err) && hold_get(in.db, &hold, &err) && !hold.since, "the owner drops it");
	is_int((long long)claimed(in.db, ADDRESS_MAIL), 0, "no letter goes out");
	is_int((long long)claimed(in.db, ADDRESS_ACTOR), 3, "but withdrawals do");
	is_int(count(in.db, "SELECT count(*) FROM delivery WHERE state = 4 AND reason = 9 AND next_try IS NULL AND finished > 0"), 13, "the rows tell that they were dropped");
	is(delivery_reason_name(DELIVERY_DROPPED), "dropped", "in words");
	plan_all(in.db);
	is_int(count(in.db, "SELECT count(*) FROM issue WHERE kind = 0"), 1, "what came since is no news");
	is_int(count(in.db, "SELECT count(*) FROM source WHERE url <> 'b' AND quiet_before > last_fetch"), 2, "nor what the sources bring that were not fetched since");
	is_int(count(in.db, "SELECT quiet_before FROM source WHERE url = 'b'"), 0, "others go on as they were");
	fixture_post(in.db, in.p->id, "four", "<p>d</p>", 1, true);
	plan_all(in.db);
	ok(claimed(in.db, ADDRESS_MAIL) == 10 + 1, "the next post is sent as always, and the notice to the owner");
}

/* What was paused before the backup stays so: mail servers refused it then. */
static void paused(void *t)
{
	struct instance in = restored(t);
	bool begun;
	int64_t letters;
	ok(pause_begin(in.db, in.p->id, "450 no", &begun, &err) && begun, "a publication is paused");
	ok(hold_begin(in.db, &in.times, &err) && hold_release(in.db, &err), "its instance is restored and let go");
	is_int((long long)claimed(in.db, ADDRESS_MAIL), 0, "its letters wait");
	is_int((long long)claimed(in.db, ADDRESS_ACTOR), 6, "its activities do not");
	ok(pause_end(in.db, in.p->id, &letters, &err) && letters == 10 && claimed(in.db, ADDRESS_MAIL) == 10, "until the pause ends");
}

static void digests(void *t)
{
	struct instance in = restored(t);
	struct hold_counts n;
	ok(hold_count(in.db, &n, &err) && n.digests == 0, "nobody is owed a digest");
	fixture_must(db_run(in.db, "UPDATE address SET schedule = 1, digested = 0 WHERE id = $1", DB_ARGS(db_int(in.reader)), &err), &err);
	ok(hold_count(in.db, &n, &err) && n.digests == 1, "a reader of digests is");
	ok(hold_drop(in.db, &err) && hold_count(in.db, &n, &err) && n.digests == 0, "and not when all was dropped");
}

int main(void)
{
	void *t = talloc_new(NULL);
	me.holder = holder_self(t);
	released(t);
	dropped(t);
	paused(t);
	digests(t);
	talloc_free(t);
	return tap_done();
}
