/* A publication that is removed: it goes in portions, once its last words are out, or when nobody hears them. */
#include "gateway/archive/store/archive.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/plan.h"
#include "subscribers/plan/plan_leave.h"
#include "unit/fixture.h"

enum { READERS = 450 };

static struct error err;
static struct db *db;

static void plan_all(void)
{
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
}

/* How many portions it takes until there is nothing to delete. */
static int sweep_all(int64_t now)
{
	int portions = 0;
	for (bool worked = true; worked; portions += worked)
		fixture_must(plan_leave_sweep(db, now, &worked, &err), &err);
	return portions;
}

static struct publication *make(void *t, const char *url)
{
	int64_t id;
	struct publication *p = fixture_publication(t, db, url, PUBLICATION_FREE, 0);
	for (int i = 0; i < READERS; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(p, "reader%d@example.org", i), &id, &err), &err);
	fixture_must(subscriber_follow(db, p->id, "https://fedi.example/ann", mem_printf(p, "https://fedi.example/f/%s", p->host), &id, &err), &err);
	fixture_post(db, p->id, "A post", "<p>Text</p>", clock_now(), true);
	return p;
}

static void leave(int64_t id)
{
	fixture_must(db_begin(db, &err) && db_end(db, plan_leave(db, id, &err) && plan_profile(db, id, &err), &err), &err);
}

int main(void)
{
	void *t = talloc_new(NULL);
	bool was;
	db = fixture_db(t);
	struct publication *stays = make(t, "https://buoy.example"), *p = make(t, "https://lamp.example"), *late = make(t, "https://reef.example");
	plan_all();
	int64_t letters = fixture_number(db, "SELECT count(*) FROM delivery"), now = clock_now();

	is_int(sweep_all(now), 0, "one that nobody removed stays");
	leave(p->id);
	ok(!publication_choose(t, db, "lamp.example", &err) && strstr(err.text, "was removed"), "the owner's commands do not know it any more");
	fixture_must(db_begin(db, &err), &err);
	ok(!plan_leave(db, p->id, &err) && err.kind == ERROR_NOT_FOUND, "it is removed once");
	db_rollback(db);
	struct ledger_claimer who = { .holder = "here", .lease_ms = CLOCK_MINUTE, .limit = 2000 };
	struct delivery **all;
	fixture_must(ledger_claim(t, db, ADDRESS_MAIL, &who, &all, &err), &err);
	size_t of_it = 0;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		of_it += all[i]->publication == p->id;
	is_int((int64_t)of_it, 0, "none of its letters is sent");
	is_int((int64_t)talloc_array_length(all), 2 * READERS, "those of others are");

	is_int(sweep_all(now), 0, "its last word is not planned");
	plan_all();
	is_int(sweep_all(now), 0, "nor sent");
	fixture_must(hold_begin(db, &(struct hold){ 1, 2 }, &err), &err);
	is_int(sweep_all(now + 5 * CLOCK_DAY), 0, "a restored instance waits for its owner");
	fixture_must(hold_release(db, &err), &err);
	fixture_must(db_run(db, "UPDATE delivery SET state = 2, next_try = NULL WHERE kind = 1", DB_NONE, &err), &err);
	ok(sweep_all(now) >= 5, "then it goes, in portions");
	is_int(fixture_number(db, "SELECT count(*) FROM publication"), 2, "all of it");
	is_int(fixture_number(db, "SELECT count(*) FROM delivery"), letters / 3 * 2, "and nothing of the others");
	is_int(fixture_number(db, "SELECT count(*) FROM subscriber"), 2 * (READERS + 1), "none of whose readers is missing");
	fixture_must(publication_was(db, "Lamp.Example", NULL, &was, &err), &err);
	ok(was, "its host is remembered");
	fixture_must(publication_was(db, "lamp.example.:443", NULL, &was, &err), &err);
	ok(was, "however it is written");
	fixture_must(publication_was(db, "lamp.example", "somebody", &was, &err), &err);
	ok(!was, "another handle is free");
	fixture_must(publication_was(db, "buoy.example", NULL, &was, &err), &err);
	ok(!was, "one that is there was not removed");

	fixture_must(publication_move(db, late->id, "https://cove.example", &err), &err);
	leave(late->id);
	plan_all();
	is_int(sweep_all(clock_now() + 3 * CLOCK_DAY), 0, "servers that are away are waited for");
	ok(sweep_all(clock_now() + 4 * CLOCK_DAY) > 0, "not for ever");
	is_int(fixture_number(db, "SELECT id FROM publication"), stays->id, "one is left");
	static const char *const hosts[] = { "reef.example", "cove.example" };
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		fixture_must(publication_was(db, hosts[i], "lamp", &was, &err), &err);
		ok(was, "one that had moved is remembered at each of its hosts");
	}
	talloc_free(t);
	return tap_done();
}
