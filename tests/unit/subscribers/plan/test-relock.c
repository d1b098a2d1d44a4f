/* Posts that the gate locks after they were sent: each becomes a revision once, some at a time. */
#include "gateway/base/system/clock.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"

static void *t;
static struct error err;
static struct db *db;
static struct publication *p;

static int64_t number(const char *sql)
{
	int64_t n = -1;
	return db_get_int(db, sql, DB_NONE, &n, &err) ? n : -1;
}

static void plan(void)
{
	bool worked = true;
	while (worked)
		fixture_must(plan_step(db, &worked, &err), &err);
}

/* A turn of the planner, and how many revisions it brought. */
static int64_t turn(void)
{
	int64_t before = number("SELECT count(*) FROM issue WHERE kind = 1");
	fixture_must(plan_relock(db, &err), &err);
	plan();
	return number("SELECT count(*) FROM issue WHERE kind = 1") - before;
}

static void post(const char *guid, int64_t age, bool announce)
{
	fixture_post(db, p->id, guid, "<p>text</p>", clock_now() - age * CLOCK_DAY, announce);
}

static void gate(enum publication_gate gate, int64_t n)
{
	fixture_must(publication_set_gate(db, p->id, gate, n, &err), &err);
	p = publication_by_id(t, db, p->id, &err);
}

static void pass(int days)
{
	fixture_must(db_run(db, "UPDATE entry SET published = published - $1", DB_ARGS(db_int(days * CLOCK_DAY)), &err), &err);
}

static void by_time(void)
{
	post("never sent", 29, false);
	post("sent as a teaser", 40, true);
	post("sent whole", 29, true);
	post("new", 1, true);
	plan();
	is_int(turn(), 0, "what was sent is as the gate says");
	pass(2);
	is_int(turn(), 1, "a post that is older than 30 days now is revised");
	is_int(number("SELECT e.id FROM issue i JOIN entry e ON e.id = i.entry WHERE i.kind = 1 AND e.slug = 'sent-whole'"), 3, "that one");
	ok(number("SELECT locked_at FROM entry WHERE id = 3") > 0, "and its copies learn when");
	is_int(turn(), 0, "once");
	fixture_must(archive_set_access(db, 4, ENTRY_ACCESS_GATED, &err), &err);
	is_int(turn(), 1, "a post that its owner locks is revised");
	is_int(turn(), 0, "once");
	pass(40);
	is_int(turn(), 0, "and not when it would have been locked anyway");
	fixture_must(archive_set_access(db, 4, ENTRY_ACCESS_POLICY, &err), &err);
	is_int(turn(), 1, "it follows the policy again");
	is_int(turn(), 0, "... once");
}

static void by_number(void)
{
	gate(PUBLICATION_BEYOND, 2);
	plan();
	turn();
	is_int(turn(), 0, "all but the newest two are locked");
	post("newer", 0, true);
	plan();
	is_int(turn(), 1, "the next one locks one");
	is_int(turn(), 0, "... once");
	int64_t newest = number("SELECT max(id) FROM entry");
	fixture_must(archive_withdraw(db, newest, &err), &err);
	plan();
	is_int(turn(), 1, "and opens it again when it is gone");
}

static void by_policy(void)
{
	gate(PUBLICATION_FREE, 0);
	plan();
	turn();
	is_int(turn(), 0, "all is open");
	for (int i = 0; i < 25; i++)
		post(mem_printf(t, "post %d", i), 0, true);
	plan();
	gate(PUBLICATION_ALL, 0);
	int64_t sent = number("SELECT count(*) FROM entry WHERE locked = 0 AND state = 0");
	is_int(turn(), 10, "when the policy changes, some are revised");
	is_int(turn(), 10, "and some");
	is_int(turn(), sent - 20, "and the rest");
	is_int(turn(), 0, "and that was all");
	is_int(number("SELECT count(*) FROM issue i JOIN entry e ON e.id = i.entry WHERE e.slug = 'never-sent'"), 0, "what was never sent is sent never");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_OLDER, 30);
	by_time();
	by_number();
	by_policy();
	talloc_free(t);
	return tap_done();
}
