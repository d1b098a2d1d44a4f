/* Letters of the series: who gets which when it is their turn. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/people/subscriber_tag.h"
#include "subscribers/plan/plan_letter.h"
#include "unit/fixture.h"

static struct error err;

/* The audience of each letter, and who gets it: a reader, one with a tag, a supporter. */
static const struct {
	const char *audience, *expect;
} letters[] = {
	{ "", "r t s" },
	{ "tier=supporter", "s" },
	{ "-tier=supporter, tag=vip", "t" },
	{ "tag:vip", "" }, /* nobody can have stored it, and still it must hold up no other */
	{ "tier=subscriber", "r t" },
	{ "tag=vip|press, confirmed-before=2020-01-01", "" },
	{ "all", "r t s" },
};
enum { LETTERS = sizeof letters / sizeof *letters, READERS = 3 };

static int64_t series(struct db *db, const struct publication *p, size_t i)
{
	int64_t id = fixture_post(db, p->id, mem_printf(db, "letter%zu", i), "<p>a</p>", 1, false);
	fixture_must(db_run(db, "INSERT INTO letter (entry, publication, state, subject, preheader, archived, series, after_ms, send_at, sent, remarks, audience)"
	                        " VALUES ($1, $2, $3, 'a', '', 0, 1, 0, 0, 1, '', $4)",
	                    DB_ARGS(db_int(id), db_int(p->id), db_int(LETTER_SENT), db_text(letters[i].audience)), &err), &err);
	struct archive_letter *l = archive_letter_get(db, db, id, &err);
	fixture_must(l && plan_letter(db, l, &err), &err);
	return id;
}

static char *got(struct db *db, int64_t letter)
{
	char *names = talloc_strdup(db, "");
	struct db_rows *rows = db_query(db, "SELECT a.value FROM delivery d JOIN issue i ON i.id = d.issue JOIN address a ON a.id = d.address WHERE i.entry = $1 ORDER BY a.id",
	                                DB_ARGS(db_int(letter)));
	while (db_next(rows))
		names = talloc_asprintf_append(names, "%s%.1s", *names ? " " : "", db_column_text(rows, 0));
	fixture_must(db_finish(rows, &err), &err);
	return names;
}

static int64_t waiting(struct db *db)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, "SELECT count(*) FROM letter_due", DB_NONE, &n, &err), &err);
	return n;
}

int main(void)
{
	static const char *const mails[READERS] = { "r@mail.example", "t@mail.example", "s@mail.example" };
	struct db *db = fixture_db(NULL);
	struct publication *p = fixture_publication(db, db, "https://series.example", PUBLICATION_FREE, 0);
	struct address *readers[READERS];
	int64_t ids[LETTERS], id;
	bool worked = false;
	for (size_t i = 0; i < READERS; i++) {
		fixture_must(subscriber_add_confirmed(db, p->id, mails[i], &id, &err), &err);
		readers[i] = address_get(db, db, id, &err);
	}
	for (size_t i = 0; i < LETTERS; i++)
		ids[i] = series(db, p, i);
	for (size_t i = 0; i < READERS; i++)
		fixture_must(archive_letter_welcome(db, p->id, readers[i]->id, &err), &err);
	is_int(waiting(db), LETTERS * READERS, "all who are new have a turn of each");
	/* What they are when it is their turn counts, not what they were when they came. */
	fixture_must(subscriber_tag_add(db, readers[1]->subscriber, "VIP", 0, &err) && tier_set(db, readers[2]->subscriber, TIER_SUPPORTER, &err), &err);
	fixture_must(db_begin(db, &err), &err);
	ok(db_end(db, plan_series(db, &worked, &err), &err) && worked, "their turns come");
	for (size_t i = 0; i < LETTERS; i++)
		is(got(db, ids[i]), letters[i].expect, *letters[i].audience ? letters[i].audience : "no audience");
	is_int(waiting(db), 0, "and are over");
	fixture_must(db_begin(db, &err), &err);
	ok(db_end(db, plan_series(db, &worked, &err), &err) && !worked, "then there is nothing to do");
	talloc_free(db);
	return tap_done();
}
