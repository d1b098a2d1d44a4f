/* What is kept must be what a count gives, after whatever happened; the versions must move with what pages show, and only then. */
#include "gateway/archive/store/archive_held.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/consent.h"
#include "unit/fixture.h"

static struct error err;
static const char *const tags[] = { "Brass", "brass", "Tide & Time", "Ökologie", "C" };
enum { ENTRIES = 12, PEOPLE = 9, STEPS = 400 };

static int64_t number(struct db *db, const char *sql)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
}

static struct tally_versions versions(struct db *db, int64_t p)
{
	struct tally_versions v;
	fixture_must(tally_versions(db, p, &v, &err), &err);
	return v;
}

/* How many years, tags and kinds differ from a count. */
static int64_t wrong(struct db *db, const struct publication *p)
{
	int64_t bad = 0, n;
	struct archive_year *years;
	fixture_must(archive_years(db, db, p->id, &years, &err), &err);
	for (int year = 1960; year < 2030; year++) {
		const struct archive_year *y = years;
		fixture_must(db_get_int(db, "SELECT count(*) FROM entry WHERE state = 0 AND published >= $1 AND published < $2",
		                        DB_ARGS(db_int(clock_civil(year, 1, 1, 0, 0, 0)), db_int(clock_civil(year + 1, 1, 1, 0, 0, 0))), &n, &err), &err);
		while (y->year && y->year != year)
			y++;
		bad += y->count != n;
	}
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		int64_t kept;
		struct entry **all;
		char *slug = text_tag(db, tags[i]);
		fixture_must(db_get_int(db, "SELECT count(*) FROM entry_tag t JOIN entry e ON e.id = t.entry WHERE e.state = 0 AND t.slug = $1", DB_ARGS(db_text(slug)), &n, &err), &err);
		fixture_must(archive_count(db, p->id, &(struct archive_range){ .tag = slug }, &kept, &err), &err);
		fixture_must(archive_list(db, db, p->id, &(struct archive_range){ .tag = slug }, &all, &err), &err);
		bad += kept != n || (int64_t)talloc_array_length(all) != n;
		for (size_t k = 1; k < talloc_array_length(all); k++)
			bad += all[k]->published > all[k - 1]->published;
	}
	fixture_must(archive_count(db, p->id, &(struct archive_range){ 0 }, &n, &err), &err);
	bad += n != number(db, "SELECT count(*) FROM entry WHERE state = 0");
	for (int kind = -1; kind <= ADDRESS_ACTOR; kind++) {
		fixture_must(subscriber_count(db, p->id, kind, &n, &err), &err);
		bad += n != number(db, kind < 0 ? "SELECT count(*) FROM address WHERE state = 1" : kind ? "SELECT count(*) FROM address WHERE state = 1 AND kind = 1"
		                                                                                 : "SELECT count(*) FROM address WHERE state = 1 AND kind = 0");
	}
	return bad;
}

static void store(struct db *db, int64_t p, int which, int variant)
{
	const char *some[2] = { tags[variant % 5], tags[(variant + which) % 5] }, *keys[] = { talloc_asprintf(db, "guid:%d", which), NULL };
	struct entry e = { .title = "A", .content = talloc_asprintf(db, "<p>%d</p>", variant), .published = clock_civil(1965 + 5 * which, 12, 31, 23, 59, 59), .tags = some, .tag_count = 2 };
	struct archive_post post = { .publication = p, .source = 1, .entry = &e, .keys = keys, .hash = e.content, .hold = which % 4 == 3 };
	fixture_must(archive_store(db, &post, NULL, NULL, &err), &err);
}

/* One thing that may happen; most of them are refused at times, and then change nothing. */
static void something(struct db *db, const struct publication *p, unsigned what, int which)
{
	static const struct consent how = { "", "a test" };
	int64_t id = which + 1, address;
	struct delivery_outcome dead = { .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD };
	switch (what) {
	case 0: archive_withdraw_by(db, id, ARCHIVE_BY_SOURCE, &err); break;
	case 1: archive_approve(db, id, true, &err); break;
	case 2: archive_reject(db, id, &err); break;
	case 3: archive_set_access(db, id, ENTRY_ACCESS_GATED, &err); break;
	case 4: subscriber_add_confirmed(db, p->id, talloc_asprintf(db, "reader%d@example.org", which % PEOPLE), &address, &err); break;
	case 5: subscriber_leave(db, which % PEOPLE + 1, &how, &err); break;
	case 6: subscriber_return(db, which % PEOPLE + 1, &how, &err); break;
	case 7: subscriber_suppress(db, which % PEOPLE + 1, "a test", &err); break;
	case 8: subscriber_follow(db, p->id, talloc_asprintf(db, "https://a.example/%d", which % PEOPLE), "https://a.example/f", &address, &err); break;
	case 9:
		if (ledger_notice(db, which % PEOPLE + 1, "{}", NULL, &err)) {
			dead.delivery = number(db, "SELECT max(id) FROM delivery");
			fixture_must(ledger_record(db, &dead, 1, &err), &err);
		}
		break;
	default: store(db, p->id, which, (int)what); break;
	}
}

static void whatever_happens(struct db *db, const struct publication *p)
{
	unsigned seed = 7;
	int64_t bad = 0;
	for (int i = 0; i < STEPS; i++) {
		seed = seed * 1103515245 + 12345;
		something(db, p, seed >> 16 & 15, (int)(seed >> 20 & 0xFFF) % ENTRIES);
		if (i % 10 == 0)
			bad += wrong(db, p);
	}
	is_int(bad + wrong(db, p), 0, "whatever happens, what is kept is what a count gives");
	ok(number(db, "SELECT count(*) FROM entry WHERE state = 0") > 3 && number(db, "SELECT count(*) FROM entry WHERE state = 1") > 0, "and there was something to count");
	ok(number(db, "SELECT count(*) FROM address WHERE state = 1") > 1 && number(db, "SELECT count(*) FROM address WHERE state = 3") > 0, "of people too");
}

static void moves(struct db *db, const struct publication *p)
{
	int64_t address, when;
	struct tally_versions before = versions(db, p->id), after;
	fixture_must(tally_changed(db, p->id, TALLY_ARCHIVE, &when, &err), &err);
	ok(when > 0 && when <= clock_now(), "it is known when the archive changed");
	store(db, p->id, 0, 100);
	after = versions(db, p->id);
	ok(after.archive > before.archive && after.people == before.people && after.publication == before.publication, "a revision is a new version of the archive alone");
	store(db, p->id, 0, 100);
	is_int(versions(db, p->id).archive, after.archive, "the same again is none");
	before = after;
	fixture_must(subscriber_add_confirmed(db, p->id, "late@example.org", &address, &err), &err);
	after = versions(db, p->id);
	ok(after.people != before.people && after.archive == before.archive, "a subscriber is another number of people");
	fixture_must(ledger_notice(db, address, "{}", NULL, &err), &err);
	struct tally_versions same = versions(db, p->id);
	ok(same.people == after.people && same.archive == after.archive && same.publication == after.publication, "what is sent changes no page");
	fixture_must(publication_set_gate(db, p->id, PUBLICATION_ALL, 0, &err), &err);
	ok(versions(db, p->id).publication > after.publication, "another gate is a new version of the publication");
}

/* An older database gets its numbers by counting. */
static void upgrade(struct db *db, const struct publication *p)
{
	static const char *const undo[] = { "DROP TABLE tally", "DROP INDEX entry_tag_listed", "ALTER TABLE entry_tag DROP COLUMN listed", "ALTER TABLE entry_tag DROP COLUMN publication",
	                                    "CREATE INDEX entry_tag_slug ON entry_tag (slug, entry)", "DELETE FROM migration WHERE name LIKE '%014-tally.sql'" };
	for (size_t i = 0; i < sizeof undo / sizeof *undo; i++)
		fixture_must(db_run(db, undo[i], DB_NONE, &err), &err);
	ok(db_migrate(db, "gateway/archive/schema/", &err), "an older database is brought up to date");
	is_int(wrong(db, p), 0, "with the numbers that a count gives");
	int64_t when = 0;
	ok(tally_changed(db, p->id, TALLY_ARCHIVE, &when, &err) && when > 0, "and the time of its last change");
}

int main(void)
{
	void *owner = talloc_new(NULL);
	struct db *db = fixture_db(owner);
	struct publication *p = fixture_publication(db, db, "https://tally.example", PUBLICATION_FREE, 0);
	fixture_must(db_run(db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)"
	                        " VALUES ($1, 'https://s.example/', 0, 0, 0, 0, 0, 0, 0, 0)", DB_ARGS(db_int(p->id)), &err), &err);
	whatever_happens(db, p);
	moves(db, p);
	upgrade(db, p);
	talloc_free(owner);
	return tap_done();
}
