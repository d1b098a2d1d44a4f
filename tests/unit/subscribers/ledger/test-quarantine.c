/* Rows that end the role that holds them: the rows behind go on, the culprit is found, its neighbours are not taken for it. */
#include "gateway/archive/store/notice.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"
#include <string.h>

enum { READERS = 300, BATCH = 200 };

static struct error err;
static const struct quarantine_kind *const queues[] = { &ledger_letters, NULL };
static char *dead; /* a process of this machine that has ended */

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

/* A role that starts: it has not watched before. */
static void start(struct db *db)
{
	fixture_must(quarantine_watch(db, queues, &(struct quarantine_watch){ 0 }, &err), &err);
}

static struct delivery **claim(struct db *db, const char *holder, int64_t limit, bool suspects)
{
	struct delivery **all;
	fixture_must(ledger_claim(db, db, ADDRESS_MAIL, &(struct ledger_claimer){ holder, CLOCK_MINUTE, limit, suspects }, &all, &err), &err);
	return all;
}

static void deliver(struct db *db, struct delivery **all)
{
	for (size_t i = 0; i < talloc_array_length(all); i++)
		fixture_must(ledger_record(db, &(struct delivery_outcome){ .delivery = all[i]->id, .state = DELIVERY_DELIVERED }, 1, &err), &err);
}

static void publish(struct db *db, struct publication *p, const char *guid)
{
	bool worked = true;
	fixture_post(db, p->id, guid, "<p>a</p>", 1, true);
	while (worked)
		fixture_must(plan_step(db, &worked, &err), &err);
}

/* A role that one row ends, until nothing is due; returns how often it ended. */
static int run(struct db *db, int64_t culprit)
{
	struct trial trial = { 0 };
	int ends = 0;
	start(db);
	for (int idle = 0; idle < 2 && ends < 10;) {
		bool suspects, killed = false;
		fixture_must(quarantine_suspects(db, &ledger_letters, &suspects, &err), &err);
		struct delivery **all = claim(db, dead, BATCH, trial_turn(&trial, suspects, false) == TRIAL_SUSPECTS);
		for (size_t i = 0; i < talloc_array_length(all); i++)
			killed = killed || all[i]->id == culprit;
		idle = talloc_array_length(all) ? 0 : idle + 1;
		ends += killed;
		if (!killed)
			deliver(db, all);
		else
			start(db);
	}
	return ends;
}

static int64_t owner_notices(struct db *db) { return count(db, "SELECT count(*) FROM notice"); }

static void culprits(struct db *db, struct publication *p)
{
	struct quarantined **all;
	publish(db, p, "one");
	int64_t culprit = count(db, "SELECT min(id) + 50 FROM delivery");
	is_int(run(db, culprit), QUARANTINE_TRIES, "a row ends its role three times, and not again");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 2"), READERS - 1, "all others are delivered, those held beside it too");
	is_int(count(db, "SELECT id FROM delivery WHERE state = 5 AND next_try IS NULL AND holder IS NULL"), culprit, "it is in quarantine");
	if (!ok(quarantine_list(db, db, &all, &err) && talloc_array_length(all) == 1 && all[0]->item == culprit, "which lists it alone"))
		return;
	is(all[0]->words, "the role mail ended 3 times while it held this letter", "with what happened");
	is(all[0]->kind, "letter", "and what it is");
	is_int(owner_notices(db), 1, "the owner is told");
	ok(quarantine_retry(db, queues, all[0]->id, &err), "tried again");
	ok(!quarantine_retry(db, queues, all[0]->id, &err) && err.kind == ERROR_NOT_FOUND, "once");
	is_int(run(db, 0), 0, "it works now");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 2"), READERS, "and is delivered");
	publish(db, p, "two");
	culprit = count(db, "SELECT max(id) FROM delivery");
	is_int(run(db, culprit), QUARANTINE_TRIES, "another");
	is_int(owner_notices(db), 1, "of which the owner is not told on the same day");
	ok(quarantine_list(db, db, &all, &err) && talloc_array_length(all) == 1 && quarantine_drop(db, queues, all[0]->id, &err), "is dropped");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 4 AND reason = 9 AND crashes = 0 AND next_try IS NULL"), 1, "and is not sent");
}

/* Whoever kills the role for reasons of his own harms no row. */
static void killers(struct db *db, struct publication *p)
{
	publish(db, p, "three");
	for (int i = 0; i < 2; i++) {
		claim(db, dead, BATCH, i > 0);
		start(db);
	}
	is_int(count(db, "SELECT count(*) FROM delivery WHERE crashes = 1"), BATCH - TRIAL_GROUP, "what a killed role held is suspect");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE crashes = 2"), TRIAL_GROUP, "and some more than the others");
	is_int((int64_t)talloc_array_length(claim(db, dead, 1000, false)), READERS - BATCH, "usual rows are claimed without them");
	fixture_must(db_run(db, "UPDATE delivery SET holder = $1 WHERE holder IS NOT NULL", DB_ARGS(db_text(holder_self(db))), &err), &err);
	fixture_must(quarantine_release(db, &ledger_letters, &err), &err);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE crashes > 0"), BATCH, "what is given back in good order does not count");
	is_int(run(db, 0), 0, "when nobody kills it any more");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state NOT IN (2, 4)"), 0, "everything is delivered");
	is_int(count(db, "SELECT count(*) FROM quarantine"), 0, "and nothing is in quarantine");
}

static void leases(struct db *db, struct publication *p)
{
	char *me = holder_self(db);
	struct quarantine_watch watch = { 0 };
	publish(db, p, "four");
	struct delivery **all = claim(db, "other:boot:1.1", 10, false);
	start(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 10, "a process of another machine holds its rows");
	fixture_must(db_run(db, "UPDATE delivery SET next_try = next_try - 100000 WHERE holder IS NOT NULL", DB_NONE, &err), &err);
	is_int((int64_t)talloc_array_length(claim(db, me, 1000, false)), READERS - 10, "nobody claims them from it, even when the clock says that the lease is over");
	fixture_must(quarantine_release(db, &ledger_letters, &err), &err);
	watch = (struct quarantine_watch){ .begun = true, .offset = clock_now() - clock_steady() - CLOCK_DAY };
	ok(quarantine_watch(db, queues, &watch, &err), "when the clock was just set");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 10, "the ends of leases are no news of their holders");
	start(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE crashes = 1 AND holder IS NULL"), 10, "else a lease that has passed counts");
	deliver(db, all);
	all = claim(db, me, 10, false);
	const int64_t work[] = { all[0]->id, all[1]->id };
	ok(quarantine_renew(db, &ledger_letters, CLOCK_HOUR / 2, work, 2, &err), "the leases of rows in work are renewed");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 2, "the others are free: nobody works on them");
	start(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 2, "who lives keeps what is his");
	ok(quarantine_release(db, &ledger_letters, &err) && count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL") == 0, "until he gives it back");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE crashes > 0"), 0, "which is no crash");
}

/* The server was out of reach for longer than a lease: those who still work on their rows could not say so. */
static void outages(struct db *db)
{
	char *schema;
	struct error ignored;
	if (!getenv("TEST_DATABASE"))
		return;
	fixture_must(db_get_text(db, db, "SELECT CAST(current_schema() AS TEXT)", DB_NONE, &schema, &err), &err);
	is_int((int64_t)talloc_array_length(claim(db, "other:boot:1.1", 10, false)), 10, "another machine works on some rows");
	fixture_must(db_run(db, "UPDATE delivery SET next_try = next_try - 100000 WHERE holder IS NOT NULL", DB_NONE, &err), &err);
	db_run(db, "SELECT pg_terminate_backend(pg_backend_pid())", DB_NONE, &ignored);
	fixture_must(db_run(db, mem_printf(db, "SET search_path TO %s", schema), DB_NONE, &err), &err);
	ok(db_returned(db) > 0, "the server is there again");
	start(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 10, "everybody has time to renew leases that have passed meanwhile");
	fixture_must(db_run(db, "UPDATE delivery SET holder = $1 WHERE holder IS NOT NULL", DB_ARGS(db_text(dead)), &err), &err);
	start(db);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), 0, "but who has ended has ended");
	fixture_must(db_run(db, "UPDATE delivery SET crashes = 0", DB_NONE, &err), &err);
}

/* The clock was a day ahead for a while: what was put off then is due when it is right again, what waits by right goes on waiting. */
static void clocks(struct db *db)
{
	struct quarantine_watch watch = { .begun = true, .offset = clock_now() - clock_steady() + CLOCK_DAY };
	int64_t now = clock_now(), due;
	fixture_must(db_run(db, "UPDATE delivery SET next_try = $1, created = $1 WHERE next_try IS NOT NULL", DB_ARGS(db_int(now + CLOCK_DAY)), &err), &err);
	int64_t later = count(db, "SELECT max(id) FROM delivery WHERE next_try IS NOT NULL");
	fixture_must(db_run(db, "UPDATE delivery SET state = 1, reason = 5 WHERE id = $1", DB_ARGS(db_int(later)), &err), &err);
	ok(quarantine_watch(db, queues, &watch, &err), "the clock is set back");
	ok(ledger_next_due(db, ADDRESS_MAIL, &due, &err) && due == 0, "what waits is due");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE next_try > created"), 0, "and not later");
	is_int((int64_t)talloc_array_length(claim(db, dead, 1000, false)), READERS - 11, "all but what a server has put off for a day");
}

/* A unique index that fits one issue alone stands for whatever may be wrong with it. */
static void failures(struct db *db, struct publication *p)
{
	static const struct quarantine_kind *const kinds[] = { &plan_notices, &plan_issues, NULL };
	struct quarantined **all;
	bool worked = true, fine = true;
	int steps = 0;
	int64_t bad = count(db, "SELECT max(id) + 1 FROM issue");
	char *index = mem_printf(db, "CREATE UNIQUE INDEX bad_issue ON delivery (issue) WHERE issue = %lld", (long long)bad);
	fixture_must(db_run(db, index, DB_NONE, &err), &err);
	fixture_post(db, p->id, "bad", "<p>a</p>", 1, true);
	fixture_post(db, p->id, "good", "<p>a</p>", 1, true);
	while (fine && worked && ++steps < 50)
		fine = plan_step(db, &worked, &err);
	ok(fine && !worked, "an issue that cannot be planned does not end the planner");
	if (!ok(quarantine_list(db, db, &all, &err) && talloc_array_length(all) == 1 && all[0]->item == bad, "it is in quarantine"))
		return;
	is(all[0]->kind, "issue", "as what it is");
	ok(strstr(all[0]->words, "bad_issue") || strstr(all[0]->words, "UNIQUE"), "with the words of the error");
	is_int(db_get_int(db, "SELECT count(*) FROM delivery WHERE issue = $1", DB_ARGS(db_int(bad + 1)), &bad, &err) ? bad : -1, READERS, "the issue behind it is planned");
	fixture_must(db_run(db, "DROP INDEX bad_issue", DB_NONE, &err) && quarantine_retry(db, kinds, all[0]->id, &err), &err);
	for (worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
	is_int(count(db, "SELECT count(*) FROM issue WHERE planned <= 0"), 0, "tried again without what was wrong, it is planned too");
}

static void failing_notices(struct db *db, struct publication *p)
{
	bool worked = true, fine = true;
	int64_t letters = count(db, "SELECT count(*) FROM delivery WHERE priority = 0");
	fixture_must(db_run(db, "CREATE UNIQUE INDEX bad_notice ON delivery (priority) WHERE priority = 0", DB_NONE, &err), &err);
	fixture_must(notice_post(db, &(struct notice){ .publication = p->id, .subject = "a", .text = "b" }, &err), &err);
	fixture_post(db, p->id, "behind", "<p>a</p>", 1, true);
	for (int steps = 0; fine && worked && steps < 50; steps++)
		fine = plan_step(db, &worked, &err);
	ok(fine && !worked, "a notice that cannot be sent does not end the planner");
	is_int(count(db, "SELECT count(*) FROM notice WHERE planned = -1"), 1, "it is in quarantine");
	is_int(count(db, "SELECT count(*) FROM issue WHERE planned <= 0"), 0, "what is behind it is planned");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE priority = 0"), letters, "and no other letter was written of it");
	fixture_must(db_run(db, "DROP INDEX bad_notice", DB_NONE, &err), &err);
}

/* Whoever confirmed when the clock was ahead gets what comes later, and whoever confirms later gets nothing that is older. */
static void audiences(struct db *db, struct publication *p)
{
	int64_t ahead, late, left, issue;
	bool worked = true;
	fixture_must(subscriber_add_confirmed(db, p->id, "ahead@example.net", &ahead, &err) && subscriber_add_confirmed(db, p->id, "left@example.net", &left, &err) &&
	             subscriber_leave(db, left, &(struct consent){ "", "" }, &err), &err);
	fixture_must(db_run(db, "UPDATE address SET confirmed = $2 WHERE id = $1", DB_ARGS(db_int(ahead), db_int(clock_now() + CLOCK_DAY)), &err), &err);
	fixture_post(db, p->id, "ids", "<p>a</p>", 1, true);
	fixture_must(plan_step(db, &worked, &err), &err);
	issue = count(db, "SELECT max(id) FROM issue WHERE kind = 0");
	fixture_must(subscriber_add_confirmed(db, p->id, "late@example.net", &late, &err) && subscriber_return(db, left, &(struct consent){ "", "" }, &err), &err);
	fixture_must(db_run(db, "UPDATE address SET confirmed = 1 WHERE id IN ($1, $2)", DB_ARGS(db_int(late), db_int(left)), &err), &err);
	while (worked)
		fixture_must(plan_step(db, &worked, &err), &err);
	const struct { int64_t address, rows; const char *name; } cases[] = {
		{ ahead, 1, "who confirmed in the future gets the issue" }, { late, 0, "who came after it was made does not" }, { left, 0, "nor who came back after it" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t rows = -1;
		db_get_int(db, "SELECT count(*) FROM delivery WHERE issue = $1 AND address = $2", DB_ARGS(db_int(issue), db_int(cases[i].address)), &rows, &err);
		is_int(rows, cases[i].rows, cases[i].name);
	}
}

static void holders(void *owner)
{
	char *me = holder_self(owner), *reused = mem_printf(owner, "%.*s.1", (int)(strrchr(me, '.') - me), me);
	ok(!holder_is_gone(me), "this process is there");
	ok(holder_is_gone(reused), "one that had the same pid is not");
	ok(holder_is_gone(dead), "nor one whose pid nobody has");
	ok(!holder_is_gone("other:boot:1.1"), "of other machines nobody knows");
	ok(!holder_is_gone("nonsense"), "nor of what is no name");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	char *me = holder_self(t);
	int64_t id;
	dead = mem_printf(t, "%.*s:999999999.1", (int)(strrchr(me, ':') - me), me);
	for (int i = 0; i < READERS; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(t, "r%d@example.net", i), &id, &err), &err);
	holders(t);
	culprits(db, p);
	killers(db, p);
	leases(db, p);
	outages(db);
	clocks(db);
	failures(db, p);
	failing_notices(db, p);
	audiences(db, p);
	talloc_free(t);
	return tap_done();
}
