/* test-archive-day - days of authors and of the publication, years that follow them, and paths that stay. */
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/archive_held.h"
#include "gateway/base/system/clock.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;

/* Posts around the last New Year's Eve: UTC, what their feed says of the offset, and their year in the path. */
#define NONE 9999
static const struct {
	const char *name;
	int day, hour, minute, offset; /* of December 2026 */
	const char *utc, *berlin, *new_york, *path;
} posts[] = {
	{ "utc", 31, 23, 30, NONE, "31 December 2026", "1 January 2027", "31 December 2026", "/2026/utc" },
	{ "early", 32, 1, 30, NONE, "1 January 2027", "1 January 2027", "31 December 2026", "/2027/early" },
	{ "boston", 32, 1, 30, -300, "31 December 2026", "31 December 2026", "31 December 2026", "/2026/boston" },
	{ "kiritimati", 31, 12, 0, 840, "1 January 2027", "1 January 2027", "1 January 2027", "/2027/kiritimati" },
	{ "as-written", 31, 23, 45, 0, "31 December 2026", "31 December 2026", "31 December 2026", "/2026/as-written" },
	{ "november", -6, 20, 30, NONE, "24 November 2026", "24 November 2026", "24 November 2026", "/2026/november" },
};
enum { POSTS = sizeof posts / sizeof *posts };
static int64_t ids[POSTS];

static int64_t when(size_t i) { return clock_civil(2026, 12, 1, posts[i].hour, posts[i].minute, 0) + (posts[i].day - 1) * CLOCK_DAY; }

static struct entry written(size_t i)
{
	bool said = posts[i].offset != NONE;
	return (struct entry){ .title = posts[i].name, .content = "<p>Text.</p>", .published = when(i), .day_offset_said = said, .day_offset = said ? posts[i].offset : 0 };
}

static int64_t keep(struct db *db, int64_t publication, const struct entry *e, const char *hash, bool hold)
{
	int64_t id;
	const struct archive_post post = { .publication = publication, .entry = e, .keys = (const char *const[]){ e->title, NULL }, .hash = hash, .hold = hold };
	fixture_must(archive_store(db, &post, NULL, &id, &err), &err);
	return id;
}

/* The kept number of a year, the one that is counted, and that of a list are the same. */
static void years(struct db *db, int64_t p, int y2026, int y2027, const char *where)
{
	const int wanted[] = { y2026, y2027 };
	for (int i = 0; i < 2; i++) {
		int64_t kept, counted;
		struct entry **all;
		const struct archive_range of_year = { .year = 2026 + i }, of_range = { .year = 2026 + i, .since = 1 }, of_tag = { .year = 2026 + i, .tag = "none" };
		fixture_must(archive_count(db, p, &of_year, &kept, &err) && archive_count(db, p, &of_range, &counted, &err) && archive_list(db, db, p, &of_year, &all, &err), &err);
		is_int(kept, wanted[i], mem_printf(db, "%s: posts of %d", where, 2026 + i));
		is_int(counted, wanted[i], mem_printf(db, "%s: as counted", where));
		is_int(talloc_array_length(all), wanted[i], mem_printf(db, "%s: as listed", where));
		for (size_t k = 0; k < talloc_array_length(all); k++)
			is(entry_day(db, all[k], "%Y"), mem_printf(db, "%d", 2026 + i), mem_printf(db, "%s: %s is of its day's year", where, all[k]->slug));
		fixture_must(archive_list(db, db, p, &of_tag, &all, &err), &err);
		is_int(talloc_array_length(all), 0, "none has a tag");
	}
}

static void move(struct db *db, int64_t p, const char *zone)
{
	fixture_must(publication_edit(db, p, &(struct publication_new){ .time_zone = zone }, &err), &err);
}

static void days(struct db *db, size_t column, const char *where)
{
	for (size_t i = 0; i < POSTS; i++) {
		struct entry *e = archive_get(db, db, ids[i], &err);
		const char *const wanted[] = { posts[i].utc, posts[i].berlin, posts[i].new_york };
		is(entry_day(db, e, "%-d %B %Y"), wanted[column], mem_printf(db, "%s: the day of %s", where, posts[i].name));
		is(entry_path(db, e), posts[i].path, mem_printf(db, "%s: the path of %s", where, posts[i].name));
	}
}

static void zones(struct db *db, int64_t p)
{
	for (size_t i = 0; i < POSTS; i++) {
		struct entry e = written(i);
		ids[i] = keep(db, p, &e, "h", false);
	}
	days(db, 0, "UTC");
	years(db, p, 4, 2, "UTC");
	move(db, p, "Europe/Berlin");
	days(db, 1, "Berlin");
	years(db, p, 3, 3, "Berlin");
	move(db, p, "America/New_York");
	days(db, 2, "New York");
	years(db, p, 5, 1, "New York");
	move(db, p, "UTC");
	years(db, p, 4, 2, "UTC again");
	ok(!publication_edit(db, p, &(struct publication_new){ .time_zone = "Berlin" }, &err), "Berlin is no zone");
	ok(strstr(err.text, "'Berlin' is no time zone"), "in words");
}

/* A revision, a withdrawal. */
static void edits(struct db *db, int64_t p)
{
	struct entry e = written(0);
	e.published -= 400 * CLOCK_DAY;
	keep(db, p, &e, "h2", false);
	days(db, 0, "revised with another date");
	fixture_must(archive_withdraw(db, ids[0], &err), &err);
	years(db, p, 3, 2, "one is withdrawn");
}

static void learns(struct db *db, int64_t p)
{
	int64_t source = 0, id = 0;
	fixture_must(db_get_int(db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)"
	                            " VALUES ($1, 'https://blog.example/feed', 0, 0, 1, 0, 0, 0, 0, 0) RETURNING id", DB_ARGS(db_int(p)), &source, &err), &err);
	struct entry e = { .title = "late", .content = "<p>Text.</p>", .published = clock_civil(2027, 1, 1, 1, 0, 0) };
	struct archive_post post = { .publication = p, .source = source, .entry = &e, .keys = (const char *const[]){ "late", NULL }, .hash = "h" };
	fixture_must(archive_store(db, &post, NULL, &id, &err), &err);
	years(db, p, 3, 3, "an offset is not known");
	e.day_offset_said = true;
	e.day_offset = -300;
	enum archive_outcome outcome;
	fixture_must(archive_store(db, &post, &outcome, NULL, &err), &err);
	is_int(outcome, ARCHIVE_SAME, "an offset is no revision");
	years(db, p, 4, 2, "an offset is learnt");
	struct entry *got = archive_get(db, db, id, &err);
	is(entry_day(db, got, "%F"), "2026-12-31", "and has the day");
	is(entry_path(db, got), "/2027/late", "but not the path");
	e.day_offset = 60;
	fixture_must(archive_store(db, &post, NULL, NULL, &err), &err);
	is(entry_day(db, archive_get(db, db, id, &err), "%F"), "2026-12-31", "the first one stays");
}

/* An approved entry may get the date of that day, and with it another year: nobody has seen its path. */
static void held(struct db *db, int64_t p)
{
	int64_t now = clock_now();
	struct entry e = { .title = "held", .content = "<p>Text.</p>", .published = now - 3 * CLOCK_DAY };
	int64_t id = keep(db, p, &e, "h", true);
	fixture_must(db_run(db, "UPDATE entry SET published = published - $2, created = created - $2, year = 1999, path_year = 1999 WHERE id = $1",
	                    DB_ARGS(db_int(id), db_int(400 * CLOCK_DAY)), &err), &err);
	fixture_must(archive_approve(db, id, false, &err), &err);
	struct entry *got = archive_get(db, db, id, &err);
	is(entry_path(db, got), mem_printf(db, "/%s/held", clock_format(db, got->published, "%Y")), "an approved entry has the path of its date");
	is_int(got->year, atoi(clock_format(db, got->published, "%Y")), "and the year");
}

/* The rows of a database before change 24. */
static void upgraded(struct db *db)
{
	static const int64_t moments[] = { -62135596800000 + 400 * CLOCK_DAY, -1, 0, 951782400000, 951868799999, 1798761599999, 1798761600000, 4102444799999, 253402300799000 };
	struct publication *p = fixture_publication(db, db, "https://old.example", PUBLICATION_FREE, 0);
	int64_t old[sizeof moments / sizeof *moments];
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
		old[i] = fixture_post(db, p->id, mem_printf(db, "old %zu", i), "<p>Text.</p>", moments[i] ? moments[i] : 1, false);
	fixture_must(db_run(db, "ALTER TABLE entry DROP COLUMN day_offset", DB_NONE, &err) && db_run(db, "ALTER TABLE entry DROP COLUMN year", DB_NONE, &err) &&
	             db_run(db, "ALTER TABLE entry DROP COLUMN path_year", DB_NONE, &err) && db_run(db, "ALTER TABLE publication DROP COLUMN time_zone", DB_NONE, &err) &&
	             db_run(db, "ALTER TABLE entry DROP COLUMN via", DB_NONE, &err) && db_run(db, "ALTER TABLE entry DROP COLUMN via_url", DB_NONE, &err) &&
	             db_run(db, "DELETE FROM migration WHERE name LIKE '%024-days.sql'", DB_NONE, &err) && db_migrate(db, "gateway/archive/schema/", &err), &err);
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct entry *e = archive_get(db, db, old[i], &err);
		fixture_must(e, &err);
		int year = atoi(clock_format(db, e->published, "%Y"));
		is_int(e->path_year, year, mem_printf(db, "the year of %lld is that of its path", (long long)e->published));
		is_int(e->year, year, "and of its day");
	}
	is(publication_by_id(db, db, p->id, &err)->time_zone, "UTC", "the zone of an older publication is UTC, as it was");
}

int main(void)
{
	void *owner = talloc_new(NULL);
	struct db *db = fixture_db(owner);
	struct publication *p = fixture_publication(db, db, "https://days.example", PUBLICATION_FREE, 0);
	zones(db, p->id);
	edits(db, p->id);
	learns(db, p->id);
	held(db, p->id);
	upgraded(db);
	talloc_free(owner);
	return tap_done();
}
