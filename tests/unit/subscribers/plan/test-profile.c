/* What a publication says of itself has changed: those who follow are told once, and nobody gets mail of it. */
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"

static struct error err;
static struct db *db;

static void plan_all(void)
{
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
}

int main(void)
{
	void *t = talloc_new(NULL);
	db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0), *other = fixture_publication(t, db, "https://buoy.example", PUBLICATION_FREE, 0);
	int64_t id;
	struct consent by = { "", "test" };
	fixture_must(subscriber_follow(db, p->id, "https://fedi.example/ann", "https://fedi.example/f/1", &id, &err) &&
	             subscriber_follow(db, p->id, "https://fedi.example/bob", "https://fedi.example/f/2", &id, &err) && subscriber_leave(db, id, &by, &err) &&
	             subscriber_follow(db, other->id, "https://fedi.example/cyd", "https://fedi.example/f/3", &id, &err) &&
	             subscriber_add_confirmed(db, p->id, "eve@example.org", &id, &err), &err);
	fixture_must(plan_profile(db, p->id, &err) && plan_profile(db, p->id, &err), &err);
	is_int(fixture_number(db, "SELECT count(*) FROM issue WHERE kind = 7"), 1, "two changes that wait are one");
	plan_all();
	is_int(fixture_number(db, "SELECT count(*) FROM delivery"), 1, "one follows the publication, and did not leave");
	is_int(fixture_number(db, "SELECT count(*) FROM delivery d JOIN address a ON a.id = d.address WHERE a.value = 'https://fedi.example/ann' AND d.state = 0"), 1, "who is told");
	fixture_must(plan_profile(db, p->id, &err), &err);
	plan_all();
	is_int(fixture_number(db, "SELECT count(*) FROM delivery"), 2, "and of the next change, too");
	is(issue_kind_name(ISSUE_PROFILE), "profile", "lists call it so");
	talloc_free(t);
	return tap_done();
}
