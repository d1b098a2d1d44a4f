/* test-recorder - outcomes are on disk when a batch has ended, whatever the role's own connection does meanwhile. */
#include "gateway/base/role/holder.h"
#include "gateway/mail/recorder.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"
#include <poll.h>

enum { READERS = 40, BATCH = 8 };

static struct error err;

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static struct delivery **claimed(struct db *db)
{
	struct delivery **rows;
	int64_t id;
	struct publication *p = fixture_publication(db, db, "https://lamp.test", PUBLICATION_FREE, 0);
	for (int i = 0; i < READERS; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "r%d@example.net", i), &id, &err), &err);
	fixture_post(db, p->id, "news", "<p>a</p>", 1, true);
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
	struct ledger_claimer who = { holder_self(db), 60000, READERS, false };
	fixture_must(ledger_claim(db, db, ADDRESS_MAIL, &who, &rows, &err), &err);
	return rows;
}

static struct delivery_outcome *batch(void *t, struct delivery **rows, int first)
{
	struct delivery_outcome *o = mem_array(t, struct delivery_outcome, BATCH);
	for (int i = 0; i < BATCH; i++)
		o[i] = (struct delivery_outcome){ .delivery = rows[first + i]->id, .state = DELIVERY_DELIVERED, .words = "250 2.0.0 Ok" };
	return o;
}

/* Waits for the end of the batch. */
static bool end(struct recorder *r, bool *fine)
{
	struct pollfd ended = { .fd = recorder_fd(r), .events = POLLIN };
	return poll(&ended, 1, 60000) == 1 && recorder_end(r, fine, &err);
}

static void check(void *t, struct db *db, const char *path)
{
	struct delivery **rows = claimed(db);
	bool fine = false;
	struct recorder *r = recorder_new(t, path, &err);
	fixture_must(r, &err);
	ok(!recorder_end(r, &fine, &err), "nothing was given, nothing has ended");
	for (int first = 0; first < READERS - 2 * BATCH; first += BATCH) {
		recorder_begin(r, batch(t, rows, first), BATCH);
		fixture_must(db_run(db, "UPDATE publication SET name = name", DB_NONE, &err), &err);
		ok(end(r, &fine) && fine, "a batch is recorded while others write");
		is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 2"), first + BATCH, "all of it is there for others to see");
	}
	fixture_must(db_run(db, "CREATE TRIGGER no BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'not today'); END", DB_NONE, &err), &err);
	struct delivery_outcome *again = batch(t, rows, READERS - 2 * BATCH);
	recorder_begin(r, again, BATCH);
	ok(end(r, &fine) && !fine && strstr(err.text, "not today"), "what cannot be recorded says why");
	fixture_must(db_run(db, "DROP TRIGGER no", DB_NONE, &err), &err);
	recorder_begin(r, again, BATCH);
	ok(end(r, &fine) && fine, "... and can be given again");
	recorder_begin(r, batch(t, rows, READERS - BATCH), BATCH);
	talloc_free(r);
	is_int(count(db, "SELECT count(*) FROM delivery WHERE state = 2"), READERS, "the last batch is recorded before the recorder is gone");
}

int main(void)
{
	void *t = talloc_new(NULL);
	char folder[] = "/tmp/test-recorder-XXXXXX";
	if (!mkdtemp(folder))
		return 1;
	char *path = mem_printf(t, "%s/db", folder);
	struct db *db = db_open(t, path, &err);
	fixture_must(db && db_migrate(db, "gateway/archive/schema/", &err), &err);
	check(t, db, path);
	talloc_free(db);
	if (unlink(path) == 0)
		rmdir(folder);
	talloc_free(t);
	return tap_done();
}
