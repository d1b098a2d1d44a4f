/* A year of digests in simulated time: readers change their rhythm, their zone, pause and come back; each post comes to each of them once. */
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/people/preference.h"
#include "subscribers/plan/plan.h"
#include "unit/fixture.h"
#include <stdlib.h>
#include <time.h>

enum { POSTS = 120, STEADY = 100 };
/* A server answers each statement by itself: there a few must do. */
#define READERS (getenv("TEST_DATABASE") ? 200 : 1000)
#define TICK CLOCK_HOUR

static struct error err;
static uint64_t seed = 42;

static int any(int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((seed >> 33) % (uint64_t)n);
}

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
}

static void plan_all(struct db *db, int64_t now)
{
	for (bool worked = true; worked;)
		fixture_must(plan_step_at(db, now, &worked, &err), &err);
}

static struct rhythm any_rhythm(void)
{
	static const char *const zones[] = { "", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland" };
	struct rhythm r = { (enum rhythm_kind)any(4), 0, 30 * any(48), zones[any(7)] };
	r.day = r.kind == RHYTHM_WEEKLY ? any(7) : r.kind == RHYTHM_MONTHLY ? 1 + any(31) : 0;
	return r.kind == RHYTHM_EACH ? (struct rhythm){ .zone = "" } : r;
}

/* What somebody who likes change does. */
static void change(struct db *db, struct publication *p, int64_t address, int64_t now)
{
	struct preferences *had = preferences_get(db, db, p, address, &err);
	fixture_must(had, &err);
	switch (any(4)) {
	case 0: had->paused_until = now + any(40) * CLOCK_DAY + 1; break;
	case 1: had->paused_until = 0; break;
	case 2: had->chosen = false; break;
	default:
		had->chosen = true;
		had->rhythm = any_rhythm();
	}
	fixture_must(preferences_set(db, address, had, now, &err), &err);
	talloc_free(had);
}

/* All who have had a post: by itself, and in digests. */
#define HAD \
	"(SELECT d.address AS who, i.entry AS what FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 0" \
	" UNION ALL SELECT d.address, g.entry FROM delivery d JOIN digest_post g ON g.issue = d.issue) had"

static void check_year(struct db *db, int64_t posts)
{
	is_int(count(db, "SELECT count(*) FROM " HAD), READERS * posts, "as many posts came to readers as there were");
	is_int(count(db, "SELECT count(*) FROM (SELECT DISTINCT who, what FROM " HAD ") once"), READERS * posts, "each once to each reader");
	is_int(count(db, "SELECT count(*) FROM issue i WHERE i.kind = 4 AND NOT EXISTS (SELECT 1 FROM digest_post g WHERE g.issue = i.id)"), 0, "no digest is empty");
	ok(count(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 4") > READERS * 5, "there were digests");
	ok(count(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 0") > READERS * 5, "and single posts");
}

/* The C library's clock, and not ours, says what time it is for a reader. */
static struct tm local(const char *zone, int64_t at)
{
	struct tm tm;
	time_t t = (time_t)(at / CLOCK_SECOND);
	setenv("TZ", zone, 1);
	tzset();
	localtime_r(&t, &tm);
	unsetenv("TZ");
	return tm;
}

/* Who never changed anything got each digest on their day, at their hour. */
static void check_hours(struct db *db, const struct rhythm *rhythms)
{
	int late = 0, seen = 0;
	struct db_rows *rows = db_query(db, "SELECT d.address, d.created FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 4 AND d.address <= $1",
	                                DB_ARGS(db_int(STEADY)));
	while (db_next(rows)) {
		const struct rhythm *r = &rhythms[db_column_int(rows, 0)];
		struct tm tm = local(r->zone, db_column_int(rows, 1));
		bool day = r->kind == RHYTHM_DAILY || (r->kind == RHYTHM_WEEKLY ? tm.tm_wday == r->day : tm.tm_mday == r->day || (tm.tm_mday >= 28 && tm.tm_mday < r->day));
		int off = tm.tm_hour * 60 + tm.tm_min - r->minute;
		/* At the next tick; in the night of a change as far as the clocks jump. */
		late += !day || off < 0 || off >= (tm.tm_hour > 3 ? TICK : TICK + CLOCK_HOUR) / CLOCK_MINUTE;
		seen++;
	}
	fixture_must(db_finish(rows, &err), &err);
	ok(seen > STEADY * 5, "those who change nothing got digests");
	is_int(late, 0, "each at its hour");
}

static void year(struct db *db, struct publication *p)
{
	static struct rhythm steady[STEADY + 1];
	int64_t now = clock_civil(2026, 1, 1, 0, 0, 0), end = clock_civil(2027, 1, 1, 0, 0, 0), id, posts = 0;
	for (int i = 1; i <= READERS; i++) {
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "r%d@example.net", i), &id, &err), &err);
		if (i > STEADY)
			continue;
		do
			steady[i] = any_rhythm();
		while (steady[i].kind == RHYTHM_EACH || !*steady[i].zone);
		fixture_must(preferences_set(db, id, &(struct preferences){ .chosen = true, .rhythm = steady[i] }, now, &err), &err);
	}
	for (; now < end; now += TICK) {
		if (any(365 * 24) < POSTS * 2 && posts < POSTS)
			fixture_post(db, p->id, mem_printf(db, "post %lld", (long long)++posts), "<p>a</p>", now, true);
		bool worked = any(4) == 0;
		/* Now and then things change while a post, or a digest, is half planned. */
		for (int i = any(6); i > 0 && worked; i--)
			fixture_must(plan_step_at(db, now, &worked, &err), &err);
		if (any(3) < 2)
			change(db, p, STEADY + 1 + any(READERS - STEADY), now);
		if (any(750) == 0) {
			struct rhythm r = any_rhythm();
			fixture_must(preferences_set_default(db, p->id, &r, &err), &err);
		}
		if (any(2000) == 0)
			fixture_must(publication_edit(db, p->id, &(struct publication_new){ .time_zone = any(2) ? "Asia/Tokyo" : "America/Lima" }, &err), &err);
		plan_all(db, now);
	}
	for (; now < end + 90 * CLOCK_DAY; now += TICK)
		plan_all(db, now);
	is_int(posts, POSTS, "posts of a year");
	check_year(db, posts);
	check_hours(db, steady);
}

static int64_t single_rows(struct db *db) { return count(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 0"); }
static int64_t digest_rows(struct db *db) { return count(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 4"); }

static void set_default(struct db *db, struct publication *p, const char *name)
{
	struct rhythm r;
	fixture_must(rhythm_parse(name, NULL, strcmp(name, "each") == 0 ? NULL : "UTC", &r, &err) && preferences_set_default(db, p->id, &r, &err), &err);
}

/* Readers who chose nothing, by the thousand. */
static void defaults(void *t)
{
	enum { MANY = 1200 };
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t now = clock_civil(2026, 11, 24, 12, 0, 0), id;
	for (int i = 0; i < MANY; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "r%d@example.net", i), &id, &err), &err);
	fixture_post(db, p->id, "single", "<p>a</p>", now, true);
	plan_all(db, now);
	is_int(single_rows(db), MANY, "nobody has chosen digests");
	set_default(db, p, "weekly");
	fixture_post(db, p->id, "one", "<p>a</p>", now, true);
	fixture_post(db, p->id, "two", "<p>a</p>", now, true);
	plan_all(db, now);
	is_int(single_rows(db), MANY, "with a digest as the default no post goes out by itself");
	is_int(digest_rows(db), 0, "nor a digest before its time");
	fixture_must(subscriber_add_confirmed(db, p->id, "late@example.net", &id, &err), &err);
	plan_all(db, now + 6 * CLOCK_DAY);
	is_int(digest_rows(db), MANY, "the digest goes to all but who came after its posts");
	is_int(count(db, "SELECT count(*) FROM issue WHERE kind = 4"), 1, "and is one issue");
	is_int(count(db, "SELECT count(*) FROM digest_post"), 2, "of the posts since the change");
	plan_all(db, now + 20 * CLOCK_DAY);
	is_int(digest_rows(db), MANY, "without posts there is none");
	fixture_post(db, p->id, "three", "<p>a</p>", now, true);
	plan_all(db, now + 20 * CLOCK_DAY);
	set_default(db, p, "each");
	fixture_post(db, p->id, "four", "<p>a</p>", now, true);
	/* One reader chooses just when the others are being given what they are owed. */
	fixture_must(preferences_set(db, id, &(struct preferences){ .chosen = true, .rhythm = { .zone = "" } }, now + 20 * CLOCK_DAY, &err), &err);
	plan_all(db, now + 20 * CLOCK_DAY);
	is_int(digest_rows(db), 2 * MANY + 1, "back to single posts: what waited for a digest comes at once");
	is_int(count(db, "SELECT count(*) FROM " HAD), 3 + MANY * 4 + 2 + MANY - 3, "and the next by itself");
	is_int(count(db, "SELECT count(*) FROM (SELECT DISTINCT who, what FROM " HAD ") once"), count(db, "SELECT count(*) FROM " HAD), "nothing twice");
}

static const struct {
	const char *label;
	struct topic topics[2];
	const char *language;
	const char *tag, *tongue; /* of the post */
	bool wanted;
} wishes[] = {
	{ "no wishes", { { 0, 0 } }, "", "tides", "en", true },
	{ "a wanted topic", { { "tides", true } }, "", "tides", "en", true },
	{ "another topic than the wanted", { { "tides", true } }, "", "brass", "en", false },
	{ "no topic, though one is wanted", { { "tides", true } }, "", NULL, "en", false },
	{ "an unwanted topic", { { "brass", false } }, "", "brass", "en", false },
	{ "another topic than the unwanted", { { "brass", false } }, "", "tides", "en", true },
	{ "one wanted, one not", { { "brass", false }, { "tides", true } }, "", "tides", "en", true },
	{ "one wanted, and the post has the other", { { "brass", false }, { "tides", true } }, "", "brass", "en", false },
	{ "the language", { { 0, 0 } }, "de", NULL, "de-AT", true },
	{ "another language", { { 0, 0 } }, "de", NULL, "en", false },
	{ "the publication's language", { { 0, 0 } }, "en", NULL, NULL, true },
};

static void wish(struct db *db, struct publication *p, size_t i, int kind)
{
	int64_t id, now = clock_civil(2026, 1, 1, 12, 0, 0) + (int64_t)(2 * i + (kind != RHYTHM_EACH)) * 7 * CLOCK_DAY, before = count(db, "SELECT count(*) FROM " HAD);
	struct preferences with = { .chosen = true, .rhythm = { .kind = (enum rhythm_kind)kind, .zone = "UTC" }, .language = wishes[i].language };
	size_t topics = 0;
	while (topics < 2 && wishes[i].topics[topics].slug)
		topics++;
	with.topics = mem_array(db, struct topic, topics);
	for (size_t k = 0; k < topics; k++)
		with.topics[k] = wishes[i].topics[k];
	const char *guid = mem_printf(db, "wish %zu %d", i, kind);
	struct entry e = { .guid = guid, .title = guid, .content = "<p>a</p>", .published = now, .language = wishes[i].tongue,
	                   .tags = (const char *[]){ wishes[i].tag, NULL }, .tag_count = wishes[i].tag != NULL };
	struct archive_post post = { .publication = p->id, .entry = &e, .keys = (const char *const[]){ guid, NULL }, .hash = guid, .announce = true };
	fixture_must(subscriber_add_confirmed(db, p->id, mem_printf(db, "w%zu-%d@example.net", i, kind), &id, &err) && preferences_set(db, id, &with, now, &err) &&
	             archive_store(db, &post, NULL, NULL, &err), &err);
	plan_all(db, now);
	plan_all(db, now + 2 * CLOCK_DAY);
	is_int(count(db, "SELECT count(*) FROM " HAD) - before, wishes[i].wanted, mem_printf(db, "%s, %s", wishes[i].label, rhythm_name(with.rhythm.kind)));
	fixture_must(subscriber_leave(db, id, &(struct consent){ "", "" }, &err), &err);
}

static void wishing(void *t)
{
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
		wish(db, p, i, RHYTHM_EACH);
		wish(db, p, i, RHYTHM_DAILY);
	}
}

/* What was withdrawn is in no digest; nor what waited for one in a restored instance whose owner drops it. */
static void ends(void *t)
{
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t id, now = clock_civil(2026, 11, 24, 12, 0, 0), gone;
	set_default(db, p, "daily");
	fixture_must(subscriber_add_confirmed(db, p->id, "a@example.net", &id, &err), &err);
	gone = fixture_post(db, p->id, "gone", "<p>a</p>", now, true);
	plan_all(db, now);
	fixture_must(archive_withdraw(db, gone, &err), &err);
	plan_all(db, now + CLOCK_DAY);
	is_int(digest_rows(db), 0, "a withdrawn post makes no digest");
	fixture_post(db, p->id, "dropped", "<p>a</p>", now, true);
	plan_all(db, now + CLOCK_DAY);
	fixture_must(hold_begin(db, &(struct hold){ now, now }, &err), &err);
	plan_all(db, now + 3 * CLOCK_DAY);
	is_int(digest_rows(db), 0, "while it is held there are no digests");
	fixture_must(hold_drop(db, &err), &err);
	plan_all(db, now + 5 * CLOCK_DAY);
	is_int(digest_rows(db), 0, "what was dropped comes in none");
	fixture_post(db, p->id, "new", "<p>a</p>", now, true);
	plan_all(db, now + 5 * CLOCK_DAY);
	plan_all(db, now + 7 * CLOCK_DAY);
	is_int(digest_rows(db), 1, "what is new does");
	is_int(count(db, "SELECT count(*) FROM digest_post"), 1, "alone");
	fixture_must(preferences_set(db, id, &(struct preferences){ .chosen = true, .rhythm = { RHYTHM_WEEKLY, 1, 0, "Asia/Tokyo" } }, now, &err) &&
	             preferences_set(db, id, &(struct preferences){ 0 }, now, &err), &err);
	plan_all(db, now + 30 * CLOCK_DAY);
	is_int(count(db, "SELECT count(*) FROM schedule"), 1, "a schedule that nobody wants goes");
	bool begun;
	fixture_must(preferences_set(db, id, &(struct preferences){ 0 }, now, &err) && pause_begin(db, p->id, "550 5.7.1", &begun, &err), &err);
	fixture_post(db, p->id, "newer", "<p>a</p>", now, true);
	plan_all(db, now + 30 * CLOCK_DAY);
	plan_all(db, now + 32 * CLOCK_DAY);
	is_int(digest_rows(db), 2, "a publication that is paused has its digests planned");
	is_int(count(db, "SELECT count(*) FROM delivery WHERE next_try = 253370764799000"), 2, "to be sent when it goes on, with the one before it");
	ok(!preferences_set(db, id, &(struct preferences){ .paused_until = now + 400 * CLOCK_DAY }, now, &err) && err.kind == ERROR_INVALID, "a pause has an end");
}

int main(void)
{
	void *t = talloc_new(NULL);
	defaults(t);
	wishing(t);
	ends(t);
	struct db *db = fixture_db(t);
	year(db, fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0));
	talloc_free(t);
	return tap_done();
}
