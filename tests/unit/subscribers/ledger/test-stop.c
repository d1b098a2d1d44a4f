/* Issues that are paused, go on, or are cancelled: nothing of them is claimed meanwhile, and nothing is lost. */
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"

enum { READERS = 1300 };
static struct error err;

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

static int sweep_all(struct db *db)
{
	int steps = 0;
	for (bool worked = true; worked; steps++)
		fixture_must(stop_sweep(db, &worked, &err), &err);
	return steps - 1;
}

static size_t claim(struct db *db, int64_t limit, struct delivery ***all)
{
	fixture_must(ledger_claim(db, db, ADDRESS_MAIL, &(struct ledger_claimer){ holder_self(db), 60000, limit, false }, all, &err), &err);
	return talloc_array_length(*all);
}

static int64_t issue_of(struct db *db, struct publication *p, const char *name)
{
	fixture_post(db, p->id, name, "<p>a</p>", clock_now(), true);
	plan_all(db);
	return count(db, "SELECT max(id) FROM issue");
}

#define UNPARKED "SELECT count(*) FROM delivery WHERE next_try IS NOT NULL AND priority < 2"
#define PARKED "SELECT count(*) FROM delivery WHERE next_try IS NOT NULL AND priority >= 2"

static void pausing(struct db *db, int64_t issue)
{
	int64_t open, due;
	struct delivery **all;
	bool suspects;
	is_int((long long)claim(db, 10, &all), 10, "some are on their way");
	ok(ledger_record(db, &(struct delivery_outcome){ .delivery = all[0]->id, .state = DELIVERY_DEFERRED, .reason = DELIVERY_FULL }, 1, &err), "one is put off");
	ok(db_run(db, "UPDATE delivery SET crashes = 1 WHERE id = $1", DB_ARGS(db_int(all[0]->id)), &err), "and is a suspect");
	ok(stop_pause(db, issue, &open, &err) && open == READERS, "paused");
	ok(stop_pause(db, issue, &open, &err), "twice is no error");
	is_int((long long)claim(db, 100, &all), 0, "at once nothing of it is claimed any more");
	is_int(count(db, PARKED), 100, "what was met is parked");
	is_int(sweep_all(db), 3, "the planner sweeps the rest in steps");
	is_int(count(db, PARKED), READERS - 9, "all but those under way");
	ok(ledger_next_due(db, ADDRESS_MAIL, &due, &err) && due == -1, "nothing is due, now or later");
	ok(quarantine_suspects(db, &ledger_letters, &suspects, &err) && !suspects, "no suspects either");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 1 AND next_try > created + 30000"), 1, "what was put off keeps its time");
	struct stop_row mine = { all ? count(db, "SELECT min(id) FROM delivery WHERE holder IS NOT NULL") : 0, issue };
	ok(db_begin_rows(db, &err) && db_end(db, stop_turn_away(db, &mine, 1, "another", &err), &err) && count(db, PARKED) == READERS - 9, "a holder's row is not another's");
	ok(db_begin_rows(db, &err) && db_end(db, stop_turn_away(db, &mine, 1, holder_self(db), &err), &err) && count(db, PARKED) == READERS - 8, "the holder gives it up");
}

static void going_on(struct db *db, int64_t issue)
{
	int64_t open, *stopped;
	struct delivery **all;
	ok(stop_among(db, db, issue, issue, &stopped, &err) && talloc_array_length(stopped) == 1, "it is among the stopped");
	ok(db_run(db, "UPDATE delivery SET created = created - 172800000", DB_NONE, &err) &&
	   db_run(db, "UPDATE issue SET stopped_since = stopped_since - 172800000", DB_NONE, &err), "two days later");
	ok(stop_resume(db, issue, &open, &err), "it goes on");
	ok(stop_among(db, db, issue, issue, &stopped, &err) && talloc_array_length(stopped) == 0, "it is not among the stopped any more");
	bool worked;
	ok(stop_sweep(db, &worked, &err) && worked && count(db, PARKED) > 0, "after a step some are still parked");
	ok(claim(db, 5, &all) == 5, "others can be claimed");
	ok(stop_pause(db, issue, &open, &err) && stop_resume(db, issue, &open, &err), "paused and resumed again in between");
	sweep_all(db);
	is_int(count(db, PARKED), 0, "in the end none is parked");
	is_int(count(db, "SELECT count(*) FROM issue WHERE stopped <> 0"), 0, "and nothing is said of it");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE created > 0 AND priority = 1") , READERS, "each is there");
	ok(quarantine_release(db, &ledger_letters, &err), "what was under way is given back");
	is_int(count(db, mem_printf(db, "SELECT count(*) FROM delivery WHERE holder IS NULL AND created < %lld", (long long)clock_now() - 100000)), 8,
	       "two days of pause are no tries in vain, but for the rows that were under way all the time");
	is_int((long long)claim(db, 2 * READERS, &all), READERS - 1, "and all that are due can be claimed");
	ok(quarantine_release(db, &ledger_letters, &err), "and are given back");
}

static void cancelling(struct db *db, struct publication *p, int64_t issue)
{
	int64_t open, other = issue_of(db, p, "another");
	struct delivery **all;
	ok(stop_pause(db, issue, &open, &err), "paused");
	sweep_all(db);
	ok(hold_begin(db, &(struct hold){ 1, 2 }, &err) && hold_release(db, &err), "a restore holds and releases everything");
	is_int(count(db, PARKED), READERS, "which parks nothing and lets nothing go");
	ok(stop_cancel(db, issue, &open, &err) && open == READERS, "what is paused can be cancelled");
	ok(stop_cancel(db, other, &open, &err), "and what is not");
	is_int((long long)claim(db, 100, &all), 0, "nothing of it is claimed");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 4"), 100, "what was met has ended");
	sweep_all(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 4 AND reason = 11 AND finished > 0 AND next_try IS NULL"), 2 * READERS, "and so has the rest, with its reason");
	is(delivery_reason_name(DELIVERY_CANCELLED), "cancelled", "which has a name");
	ok(!stop_resume(db, issue, &open, &err) && err.kind == ERROR_INVALID, "cancelled is cancelled");
	ok(!stop_pause(db, issue, &open, &err) && err.kind == ERROR_INVALID, "and cannot be paused");
	ok(!ledger_retry(db, issue, &open, &err) && err.kind == ERROR_INVALID, "nor retried");
	ok(!stop_pause(db, 999999, &open, &err) && err.kind == ERROR_NOT_FOUND, "an issue that is none");
	db_run(db, "UPDATE issue SET kind = 2, stopped = 0 WHERE id = $1", DB_ARGS(db_int(other)), &err);
	ok(!stop_cancel(db, other, &open, &err) && err.kind == ERROR_INVALID, "a withdrawal is not cancelled");
	ok(stop_pause(db, other, &open, &err) && stop_resume(db, other, &open, &err), "but may be paused");
}

/* An issue is cancelled while it is planned. */
static void unplanned(struct db *db, struct publication *p)
{
	int64_t open, issue;
	bool worked;
	fixture_post(db, p->id, "third", "<p>a</p>", clock_now(), true);
	fixture_must(plan_step(db, &worked, &err) && plan_step(db, &worked, &err), &err);
	issue = count(db, "SELECT max(id) FROM issue");
	ok(stop_cancel(db, issue, &open, &err) && open > 0 && open < READERS, "planned in part");
	plan_all(db);
	sweep_all(db);
	is_int(count(db, mem_printf(db, "SELECT count(*) FROM delivery WHERE issue = %lld", (long long)issue)), open, "it is not planned any further");
	is_int(count(db, UNPARKED), 0, "and nothing is open");
}

static void progress(struct db *db, struct publication *p)
{
	struct ledger_progress at;
	struct delivery **all;
	int64_t issue = issue_of(db, p, "fourth"), newest, open;
	struct delivery_outcome done[100];
	size_t n = claim(db, 100, &all);
	for (size_t i = 0; i < n; i++)
		done[i] = (struct delivery_outcome){ .delivery = all[i]->id, .state = i < 60 ? DELIVERY_DELIVERED : i < 80 ? DELIVERY_DEFERRED : DELIVERY_FAILED };
	fixture_must(ledger_record(db, done, n, &err), &err);
	ok(ledger_newest(db, &newest, &err) && newest == issue, "the newest issue");
	ok(ledger_progress(db, issue, &at, &err) && at.planned && at.stop == STOP_NO, "its progress");
	is_int(at.counts[DELIVERY_DELIVERED], 60, "sent");
	is_int(at.counts[DELIVERY_WAITING], READERS - 100, "waiting");
	is_int(at.counts[DELIVERY_DEFERRED], 20, "deferred");
	is_int(at.counts[DELIVERY_FAILED], 20, "failed");
	ok(at.next_try > clock_now() && at.next_try < clock_now() + 120000, "the next try");
	ok(at.per_second > 0 && at.per_second <= 60, "the rate of the first seconds");
	db_run(db, "UPDATE delivery SET finished = finished - 30000 WHERE issue = $1 AND state = 2", DB_ARGS(db_int(issue)), &err);
	ok(ledger_progress(db, issue, &at, &err) && at.per_second > 1.8 && at.per_second <= 2.0, "half a minute later it is 2 a second");
	db_run(db, "UPDATE delivery SET finished = finished - 31000 WHERE issue = $1 AND state = 2", DB_ARGS(db_int(issue)), &err);
	ok(ledger_progress(db, issue, &at, &err) && at.per_second == 0, "after more than a minute nothing");
	ok(stop_pause(db, issue, &open, &err) && ledger_progress(db, issue, &at, &err) && at.stop == STOP_PAUSED, "paused");
	ok(!ledger_progress(db, 999999, &at, &err) && err.kind == ERROR_NOT_FOUND, "an issue that is none");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t id, newest;
	ok(!ledger_newest(db, &newest, &err) && err.kind == ERROR_NOT_FOUND, "nothing was sent yet");
	for (int i = 0; i < READERS; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "r%d@example.net", i), &id, &err), &err);
	int64_t issue = issue_of(db, p, "news");
	pausing(db, issue);
	going_on(db, issue);
	cancelling(db, p, issue);
	unplanned(db, p);
	progress(db, p);
	talloc_free(t);
	return tap_done();
}
