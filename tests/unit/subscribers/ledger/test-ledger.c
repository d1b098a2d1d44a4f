/* Planning, claiming, recording: nobody lost, nobody twice. */
#include "gateway/archive/store/notice.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"

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

static void planning(struct db *db, struct publication *p)
{
	int64_t id, n;
	for (int i = 0; i < 1200; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "r%d@example.net", i), &id, &err), &err);
	subscriber_leave(db, 7, &(struct consent){ "", "" }, &err);
	fixture_post(db, p->id, "quiet", "<p>a</p>", 1, false);
	plan_all(db);
	is_int(count(db, "SELECT count(*) FROM delivery"), 0, "what is not news is not sent");
	fixture_post(db, p->id, "news", "<p>a</p>", 1, true);
	plan_all(db);
	is_int(count(db, "SELECT count(*) FROM delivery"), 1199, "news goes to every confirmed address");
	is_int(count(db, "SELECT count(DISTINCT address) FROM delivery"), 1199, "once");
	plan_all(db);
	is_int(count(db, "SELECT count(*) FROM delivery"), 1199, "planning again adds nothing");
	fixture_post(db, p->id, "news", "<p>b</p>", 1, true);
	plan_all(db);
	is_int(count(db, "SELECT count(*) FROM delivery"), 1199, "a revision mails nobody");
	ok(ledger_next_due(db, ADDRESS_MAIL, &n, &err) && n == 0, "work is due");
	ok(ledger_next_due(db, ADDRESS_ACTOR, &n, &err) && n == -1, "for mail only");
	bool due;
	ok(ledger_is_due(db, ADDRESS_MAIL, &due, &err) && due, "work can be claimed");
	ok(ledger_is_due(db, ADDRESS_ACTOR, &due, &err) && !due, "of mail only");
}

static void claiming(struct db *db)
{
	struct delivery **a, **b;
	struct ledger_claimer one = { "host:boot:1", 60000, 100, false }, two = { holder_self(db), 60000, 50, false };
	ok(ledger_claim(db, db, ADDRESS_MAIL, &one, &a, &err) && talloc_array_length(a) == 100, "a hundred rows are claimed");
	ok(ledger_claim(db, db, ADDRESS_MAIL, &two, &b, &err) && talloc_array_length(b) == 50, "another role gets others");
	bool apart = true;
	for (size_t i = 0; i < 100; i++)
		for (size_t k = 0; k < 50; k++)
			apart = apart && a[i]->id != b[k]->id;
	ok(apart, "never the same");
	struct delivery **rest;
	bool due;
	struct ledger_claimer all = { holder_self(db), 60000, 2000, false };
	ok(ledger_is_due(db, ADDRESS_MAIL, &due, &err) && due, "more can be claimed");
	ok(ledger_claim(db, db, ADDRESS_MAIL, &all, &rest, &err) && ledger_is_due(db, ADDRESS_MAIL, &due, &err) && !due, "... until all are held");
	ok(quarantine_release(db, &ledger_letters, &err), "given back on the way out");
	ok(ledger_claim(db, db, ADDRESS_MAIL, &one, &b, &err) && talloc_array_length(b) == 100, "they can be claimed again");
	struct delivery_outcome done[] = {
		{ .delivery = a[0]->id, .state = DELIVERY_DELIVERED, .words = "250 2.0.0 Ok" },
		{ .delivery = a[1]->id, .state = DELIVERY_DEFERRED, .reason = DELIVERY_THROTTLED, .words = "421 4.7.28" },
		{ .delivery = a[2]->id, .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD, .words = "550 5.1.1 unknown" },
		{ .delivery = a[3]->id, .state = DELIVERY_FAILED, .reason = DELIVERY_POLICY, .words = "550 5.7.1 no" },
	};
	ok(ledger_record(db, done, 4, &err), "four outcomes in one commit");
	struct address *dead = address_get(db, db, a[2]->address, &err), *refused = address_get(db, db, a[3]->address, &err);
	is_int(dead->state, ADDRESS_SUPPRESSED, "a dead address is suppressed");
	is_int(refused->state, ADDRESS_CONFIRMED, "one that refused us is not");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 1 AND next_try > 0"), 1, "a deferred row knows when to try again");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE next_try IS NULL"), 3, "the others have ended");
	int64_t again;
	ok(ledger_retry(db, a[0]->issue, &again, &err) && again == 1, "only what failed is retried, and not to the dead");
}

static void leaving_in_between(struct db *db)
{
	struct delivery **all;
	int64_t waiting = count(db, "SELECT address FROM delivery WHERE state = 0 AND holder IS NULL ORDER BY id LIMIT 1");
	subscriber_leave(db, waiting, &(struct consent){ "", "" }, &err);
	ok(ledger_claim(db, db, ADDRESS_MAIL, &(struct ledger_claimer){ "host:boot:3", 60000, 2000, false }, &all, &err), "the rest is claimed");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 4"), 1, "whoever left meanwhile is suppressed");
	bool sent = false;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		sent = sent || all[i]->address == waiting;
	ok(!sent, "and not among those to be sent");
}

static void leases(struct db *db)
{
	static const struct quarantine_kind *const queues[] = { &ledger_letters, NULL };
	char *me = holder_self(db), *gone = mem_dup(db, me);
	*strrchr(gone, ':') = '\0';
	gone = mem_printf(db, "%s:999999999", gone);
	db_run(db, "UPDATE delivery SET holder = $1, next_try = next_try + 100000 WHERE holder = 'host:boot:3'", DB_ARGS(db_text(gone)), &err);
	int64_t held = count(db, "SELECT count(*) FROM delivery WHERE holder LIKE '%:999999999'");
	ok(held > 0 && quarantine_watch(db, queues, &(struct quarantine_watch){ 0 }, &err), "what a vanished process held");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE holder LIKE '%:999999999'"), 0, "is free again at once");
	ok(count(db, "SELECT count(*) FROM delivery WHERE holder = 'host:boot:1'") > 0, "another host's claims stay until their lease ends");
}

static void notices(struct db *db, struct publication *p)
{
	int64_t id;
	struct delivery **all;
	fixture_must(subscriber_add_confirmed(db, p->id, "first@example.net", &id, &err), &err);
	ok(ledger_notice(db, id, "{\"letter\":\"x\"}", NULL, &err), "a notice");
	ok(ledger_claim(db, db, ADDRESS_MAIL, &(struct ledger_claimer){ "h:b:9", 1000, 1, false }, &all, &err) && talloc_array_length(all) == 1, "is claimed");
	is(all[0]->notice, "{\"letter\":\"x\"}", "before everything else");
	struct ledger_rows *rows = ledger_rows(db, db, &(struct ledger_filter){ .state = DELIVERY_FAILED });
	struct ledger_row row;
	ok(ledger_next(rows, &row) && row.reason == DELIVERY_DEAD, "the dead one still stands as failed");
	ok(!ledger_next(rows, &row) && ledger_finish(rows, &err), "and nothing else after the retry");
	rows = ledger_rows(db, db, &(struct ledger_filter){ .state = DELIVERY_DELIVERED });
	ok(ledger_next(rows, &row), "what was delivered is listed");
	is(row.words, "250 2.0.0 Ok", "with the peer's own words");
	ok(!ledger_next(rows, &row) && ledger_finish(rows, &err), "one row");
}

static void owners(struct db *db, struct publication *p)
{
	struct delivery **all;
	bool worked = true;
	struct address *a;
	fixture_must(publication_set_owner(db, p->id, "Owner@Example.NET", &err), &err);
	ok(!publication_set_owner(db, p->id, "nobody", &err) && err.kind == ERROR_INVALID, "an owner has a mail address");
	fixture_must(notice_post(db, &(struct notice){ .publication = p->id, .subject = "a\nb", .text = "words" }, &err), &err);
	while (worked)
		fixture_must(plan_step(db, &worked, &err), &err);
	ok(ledger_claim(db, db, ADDRESS_MAIL, &(struct ledger_claimer){ "h:b:9", 1000, 1, false }, &all, &err) && talloc_array_length(all) == 1, "a notice is a letter");
	is(all[0]->value, "Owner@example.net", "to the owner");
	ok(strstr(all[0]->notice, "\"owner\""), "of its own kind");
	a = address_get(db, db, all[0]->address, &err);
	ok(a && a->state == ADDRESS_CONTACT, "who is no subscriber by that");
	is_int(count(db, "SELECT count(*) FROM notice WHERE planned = 0"), 0, "and is told once");
	fixture_must(subscriber_add_confirmed(db, p->id, "Owner@example.net", &a->id, &err), &err);
	ok(subscriber_owner(db, publication_by_id(db, db, p->id, &err), &a->id, &err), "one who subscribes too");
	is_int(address_get(db, db, a->id, &err)->state, ADDRESS_CONFIRMED, "stays a subscriber");
}

/* An owner who cannot be told of something does not keep the readers from their letters. */
static void unreachable_owners(struct db *db, struct publication *p)
{
	static const char *const owners[] = { "gone@example.net", "news@127.0.0.1", "no address at all", "" };
	int64_t gone;
	fixture_must(subscriber_contact(db, p->id, ADDRESS_MAIL, owners[0], &gone, &err) && subscriber_suppress(db, gone, "550 5.1.1", &err), &err);
	for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
		int64_t issues = count(db, "SELECT count(*) FROM issue WHERE kind = 0"), steps = 0;
		fixture_must(db_run(db, "UPDATE publication SET owner_mail = $2 WHERE id = $1", DB_ARGS(db_int(p->id), db_text(owners[i])), &err) &&
		             notice_post(db, &(struct notice){ .publication = p->id, .subject = "a", .text = "b" }, &err), &err);
		fixture_post(db, p->id, owners[i], "<p>New</p>", clock_now(), true);
		bool worked = true, fine = true;
		while (worked && fine && ++steps < 100)
			fine = plan_step(db, &worked, &err);
		ok(fine && !worked, "planning comes to its end");
		is_int(count(db, "SELECT count(*) FROM issue WHERE kind = 0"), issues + 1, owners[i]);
		is_int(count(db, "SELECT count(*) FROM notice WHERE planned = 0") + count(db, "SELECT count(*) FROM issue WHERE planned = 0"), 0, "nothing is left");
	}
}

static int64_t state_of(struct db *db, int64_t id)
{
	int64_t n = -1;
	db_get_int(db, "SELECT state FROM delivery WHERE id = $1", DB_ARGS(db_int(id)), &n, &err);
	return n;
}

/* A letter that waited for a week until its turn is given up two days after its first try, an activity three. */
static void patience(struct db *db)
{
	static const struct { int kind; int64_t since; enum delivery_state state; const char *what; } cases[] = {
		{ ADDRESS_MAIL, 0, DELIVERY_DEFERRED, "its first try" },
		{ ADDRESS_MAIL, CLOCK_DAY * 47 / 24, DELIVERY_DEFERRED, "a letter within two days" },
		{ ADDRESS_MAIL, CLOCK_DAY * 49 / 24, DELIVERY_FAILED, "... and after them" },
		{ ADDRESS_ACTOR, CLOCK_DAY * 71 / 24, DELIVERY_DEFERRED, "an activity within three" },
		{ ADDRESS_ACTOR, CLOCK_DAY * 73 / 24, DELIVERY_FAILED, "... and after them" },
	};
	int64_t id = count(db, "SELECT max(id) FROM delivery WHERE state IN (0, 1)"), now = clock_now();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t first = cases[i].since ? now - cases[i].since : 0;
		fixture_must(db_run(db, "UPDATE delivery SET state = 0, next_try = $2, created = $3, first_try = $4, kind = $5 WHERE id = $1",
		                    DB_ARGS(db_int(id), db_int(now), db_int(now - 7 * CLOCK_DAY), db_int(first), db_int(cases[i].kind)), &err), &err);
		struct delivery_outcome o = { .delivery = id, .tries = 3, .state = DELIVERY_DEFERRED, .reason = DELIVERY_THROTTLED, .words = "450 4.2.0 later" };
		ok(ledger_record(db, &o, 1, &err), cases[i].what);
		is_int(state_of(db, id), cases[i].state, cases[i].what);
		is_int(count(db, "SELECT count(*) FROM delivery WHERE kind = 1"), cases[i].kind == ADDRESS_ACTOR, "one row");
	}
	is_int(count(db, "SELECT count(*) FROM delivery WHERE reason = 7"), 1, "what was given up says so");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	planning(db, p);
	claiming(db);
	leaving_in_between(db);
	leases(db);
	notices(db, p);
	owners(db, p);
	unreachable_owners(db, p);
	patience(db);
	talloc_free(t);
	return tap_done();
}
