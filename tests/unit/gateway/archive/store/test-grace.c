/* A new post waits for its publication's minutes of grace, and goes out as it then is; nothing else waits. */
#include "gateway/base/system/clock.h"
#include "unit/fixture.h"

static struct error err;
static struct db *db;

static int64_t taken(void)
{
	int64_t entry = 0, publication;
	enum archive_news news;
	fixture_must(archive_take_news(db, &entry, &publication, &news, &err), &err);
	return news == ARCHIVE_NO_NEWS ? 0 : entry;
}

static int64_t due(void)
{
	int64_t ms;
	fixture_must(archive_news_due(db, &ms, &err), &err);
	return ms;
}

static void came(int64_t entry, int64_t ago)
{
	fixture_must(db_run(db, "UPDATE entry SET created = $2 WHERE id = $1", DB_ARGS(db_int(entry), db_int(clock_now() - ago)), &err), &err);
}

int main(void)
{
	void *t = talloc_new(NULL);
	db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0), *quick = fixture_publication(t, db, "https://quick.example", PUBLICATION_FREE, 0);
	fixture_must(publication_set_grace(db, p->id, 5, &err), &err);
	int64_t post = fixture_post(db, p->id, "brass", "<p>Frist</p>", 1, true), other = fixture_post(db, quick->id, "tin", "<p>a</p>", 1, true);
	ok(!publication_set_grace(db, p->id, 10081, &err) && err.kind == ERROR_INVALID, "a week is the most");
	is_int(taken(), other, "a publication without grace has its news at once");
	is_int(taken(), 0, "one with grace has none yet");
	ok(due() > 4 * CLOCK_MINUTE && due() <= 5 * CLOCK_MINUTE, "the planner knows when");
	fixture_post(db, p->id, "brass", "<p>First</p>", 1, true);
	is_int(taken(), 0, "an edit does not send it");
	came(post, 5 * CLOCK_MINUTE - CLOCK_SECOND);
	is_int(taken(), 0, "nor is it sent a second too early");
	came(post, 5 * CLOCK_MINUTE);
	is_int(taken(), post, "then it goes");
	is(archive_get(t, db, post, &err)->content, "<p>First</p>", "as it is by then");
	is_int(due(), -1, "and nothing waits");
	fixture_post(db, p->id, "brass", "<p>Last</p>", 1, true);
	is_int(taken(), post, "a revision does not wait");
	int64_t future = fixture_post(db, p->id, "zinc", "<p>a</p>", 1, true);
	came(future, -CLOCK_DAY);
	is_int(taken(), future, "nor a post that came before the clock was set back");
	talloc_free(t);
	return tap_done();
}
