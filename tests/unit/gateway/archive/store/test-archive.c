#include "gateway/base/system/clock.h"
#include "unit/fixture.h"

static struct error err;

static enum archive_outcome store(struct db *db, int64_t p, struct entry *e, const char *const *keys, const char *hash, int64_t *id)
{
	enum archive_outcome outcome;
	struct archive_post post = { .publication = p, .entry = e, .keys = keys, .hash = hash };
	fixture_must(archive_store(db, &post, &outcome, id, &err), &err);
	return outcome;
}

static void storing(struct db *db, int64_t p)
{
	const char *tags[] = { "Café", "tides & time" }, *one[] = { "guid:1", "link:x", NULL }, *by_link[] = { "guid:1-changed", "link:x", NULL };
	struct entry e = { .title = "One", .content = "<p>Text.</p>", .link = "https://blog.example/2024/05/one-post/", .published = clock_civil(2024, 5, 1, 0, 0, 0),
	                   .via = "Waves", .via_url = "https://waves.example/", .tags = tags, .tag_count = 2, .image = { "https://blog.example/a.png", "A", 10, 20 } };
	int64_t id, again;
	is_int(store(db, p, &e, one, "h1", &id), ARCHIVE_NEW, "a new entry is new");
	is_int(store(db, p, &e, one, "h1", &again), ARCHIVE_SAME, "the same again is the same");
	is_int(store(db, p, &e, by_link, "h1", &again), ARCHIVE_SAME, "another guid with the same link too");
	is_int(again, id, "and is the same row");
	e.content = "<p>Better text.</p>";
	e.via = "Waves & Wind";
	is_int(store(db, p, &e, one, "h2", &again), ARCHIVE_REVISED, "another text is a revision");
	struct entry *got = archive_get(db, db, id, &err);
	is(got->slug, "one-post", "the slug is the link's last part");
	is(entry_path(got, got), "/2024/one-post", "and the path has the year");
	is(got->content, "<p>Better text.</p>", "the new text is kept");
	is(got->tags[0], "Café", "tags as written");
	is(got->via, "Waves & Wind", "the feed that it is from");
	is(got->via_url, "https://waves.example/", "and its address");
	is_int(got->image.height, 20, "the picture's size");
	char *before;
	ok(db_get_text(db, db, "SELECT content FROM entry_revision WHERE entry = $1", DB_ARGS(db_int(id)), &before, &err), "the old text is kept beside");
	is(before, "<p>Text.</p>", "as it was");
	char *tag = NULL;
	ok(archive_tag_name(db, db, p, "café", &tag, &err), "a tag is found by its slug");
	is(tag, "Café", "and has its name");
}

static void slugs(struct db *db, int64_t p)
{
	static const struct { const char *title, *link, *slug; } cases[] = {
		{ "Ein Titel", NULL, "ein-titel" },
		{ "Ein Titel", NULL, "ein-titel-2" },
		{ "x", "https://b.example/p/hello-world.html", "hello-world" },
		{ "Numbers only", "https://b.example/?p=77", "numbers-only" },
		{ "A number", "https://b.example/2024/05/17", "a-number" },
		{ "x", "https://b.example/2024/%E6%97%A5%E6%9C%AC%E8%AA%9E/", "日本語" },
		{ "x", "https://b.example/Gr%C3%BC%C3%9Fe%20aus%20Kiel.html", "grusse-aus-kiel" },
		{ "No text", "https://b.example/%FF%FE", "no-text" },
		{ "A film", "https://www.youtube.com/watch?v=abcdefghij2", "a-film" },
		{ "Another film", "https://www.youtube.com/watch?list=x&v=abcdefghij3", "another-film" },
		{ "An item", "https://news.example/item?id=99", "an-item" },
		{ "From a feed", "https://b.example/tides/?utm_source=rss&utm_medium=feed#more", "tides" },
		{ "A page", "https://b.example/2024/low-water/index.html", "low-water" },
		{ "A page of PHP", "https://b.example/index.php?id=3", "a-page-of-php" },
		{ "Watch", NULL, "watch" },
		{ "Новости дня", "https://b.example/?p=78", "novosti-dnya" },
		{ NULL, NULL, "the-words" },
		{ "…", NULL, "the-words-2" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct entry e = { .title = cases[i].title, .link = cases[i].link, .content = "<p>The words.</p><p>More of the text, which goes on for a while and says little.</p>", .published = 1 };
		const char *keys[] = { mem_printf(db, "slug:%zu", i), NULL };
		int64_t id;
		store(db, p, &e, keys, "h", &id);
		struct entry *got = archive_get(db, db, id, &err);
		/* Of a post without a title the opening words, however many of them the teaser takes. */
		if (cases[i].link || (cases[i].title && *cases[i].title != '\xE2'))
			is(got->slug, cases[i].slug, cases[i].slug);
		else
			ok(strncmp(got->slug, cases[i].slug, strlen("the-words")) == 0, "a slug from the opening words");
	}
}

static void many_slugs(struct db *db, int64_t p)
{
	struct entry e = { .title = "Weekly links", .content = "<p>Some.</p>", .published = 1 };
	for (int i = 1; i <= 40; i++) {
		const char *keys[] = { mem_printf(db, "weekly:%d", i), NULL };
		int64_t id;
		store(db, p, &e, keys, "h", &id);
		if (i == 1 || i == 2 || i == 9 || i == 40)
			is(archive_get(db, db, id, &err)->slug, i == 1 ? "weekly-links" : mem_printf(db, "weekly-links-%d", i), "the next number");
	}
}

static void withdrawing(struct db *db, int64_t p)
{
	int64_t id = fixture_post(db, p, "gone", "<p>a</p>", 5, false), entry, publication;
	enum archive_news news;
	ok(archive_take_news(db, &entry, &publication, &news, &err) && news == ARCHIVE_NEWS_REVISION, "the revision from before is news");
	ok(archive_withdraw(db, id, &err), "an entry is withdrawn");
	ok(!archive_withdraw(db, id, &err) && err.kind == ERROR_NOT_FOUND, "once");
	fixture_post(db, p, "gone", "<p>back?</p>", 5, true);
	struct entry *got = archive_get(db, db, id, &err);
	is_int(got->state, ENTRY_WITHDRAWN, "and no poll brings it back");
	ok(archive_take_news(db, &entry, &publication, &news, &err) && news == ARCHIVE_NEWS_WITHDRAWAL && entry == id, "the planner hears of it");
	ok(archive_take_news(db, &entry, &publication, &news, &err) && news == ARCHIVE_NO_NEWS, "and of nothing else: nothing was announced");
}

static int64_t count_of(struct db *db, int64_t id)
{
	int64_t n;
	fixture_must(db_get_int(db, "SELECT count(*) FROM entry_revision WHERE entry = $1", DB_ARGS(db_int(id)), &n, &err), &err);
	return n;
}

/* All that happened to an entry, so long ago. */
static void pass(struct db *db, int64_t id, int64_t ms)
{
	fixture_must(db_run(db, "UPDATE entry SET revised = revised - $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(ms)), &err) &&
	             db_run(db, "UPDATE entry_revision SET replaced = replaced - $2 WHERE entry = $1", DB_ARGS(db_int(id), db_int(ms)), &err), &err);
}

/* A source that shows other texts at every poll, a quarter of an hour apart. */
static void restless(struct db *db, int64_t p)
{
	static const struct {
		const char *what;
		int texts, polls, revised, kept; /* how many texts there are, in turns */
	} cases[] = {
		{ "an edit and back", 2, 3, 2, 2 },
		{ "two texts by turns, for a day", 2, 96, 2, 2 },
		{ "three texts by turns, for a day", 3, 96, 3, 3 },
		{ "another text each time, for a day", 1000, 96, 31, 20 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int revised = 0;
		int64_t id = 0;
		for (int n = 0; n < cases[i].polls; n++) {
			char *text = mem_printf(db, "<p>%d</p>", n % cases[i].texts);
			const char *keys[] = { mem_printf(db, "restless:%zu", i), NULL };
			struct entry e = { .title = "Restless", .content = text, .published = 1 };
			revised += store(db, p, &e, keys, text, &id) == ARCHIVE_REVISED;
			pass(db, id, 15 * CLOCK_MINUTE);
		}
		is_int(revised, cases[i].revised, cases[i].what);
		is_int(count_of(db, id), cases[i].kept, "… kept");
	}
}

/* What its source took back may come again by its source, what the owner withdrew by nobody. */
static void returning(struct db *db, int64_t p)
{
	static const struct {
		const char *what;
		enum archive_withdrawer by;
		bool other_source, then_owner;
		enum entry_state state;
	} cases[] = {
		{ "the owner's word is final", ARCHIVE_BY_OWNER, false, false, ENTRY_WITHDRAWN },
		{ "what was gone and is shown again is live", ARCHIVE_BY_ABSENCE, false, false, ENTRY_LIVE },
		{ "so is what the source took back", ARCHIVE_BY_SOURCE, false, false, ENTRY_LIVE },
		{ "but not by another source", ARCHIVE_BY_ABSENCE, true, false, ENTRY_WITHDRAWN },
		{ "nor when the owner has withdrawn it too", ARCHIVE_BY_ABSENCE, false, true, ENTRY_WITHDRAWN },
	};
	fixture_must(db_run(db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)"
	                        " SELECT $1, 'https://s.example/' || n, 0, 0, 0, 0, 0, 0, 0, 0 FROM (SELECT 1 AS n UNION SELECT 2) two",
	                    DB_ARGS(db_int(p)), &err), &err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *keys[] = { mem_printf(db, "returning:%zu", i), NULL };
		struct entry e = { .title = "Returning", .link = "https://s.example/old", .content = "<p>x</p>", .published = 1 };
		struct archive_post post = { .publication = p, .source = 1, .entry = &e, .keys = keys, .hash = "h" };
		int64_t id, entry, publication;
		enum archive_news news;
		fixture_must(archive_store(db, &post, NULL, &id, &err) && archive_withdraw_by(db, id, cases[i].by, &err), &err);
		if (cases[i].then_owner)
			fixture_must(archive_withdraw(db, id, &err), &err);
		e.link = "https://s.example/new";
		post.source = cases[i].other_source ? 2 : 1;
		post.announce = true;
		fixture_must(archive_store(db, &post, NULL, &id, &err), &err);
		struct entry *got = archive_get(db, db, id, &err);
		is_int(got->state, cases[i].state, cases[i].what);
		is(got->link, cases[i].other_source ? "https://s.example/old" : "https://s.example/new", "… and its link is where its source says");
		fixture_must(archive_take_news(db, &entry, &publication, &news, &err), &err);
		is_int(news, cases[i].state == ENTRY_LIVE ? ARCHIVE_NO_NEWS : ARCHIVE_NEWS_WITHDRAWAL, "… and it is no news");
	}
}

static void ranges(struct db *db)
{
	struct publication *p = fixture_publication(db, db, "https://ranges.example", PUBLICATION_FREE, 0);
	for (int i = 0; i < 10; i++)
		fixture_post(db, p->id, mem_printf(db, "post %d", i), "<p>x</p>", clock_civil(2020 + i / 4, 1 + i, 1, 0, 0, 0), false);
	struct archive_year *years;
	ok(archive_years(db, db, p->id, &years, &err) && years[0].year == 2022 && years[0].count == 2 && years[2].count == 4 && !years[3].year, "years are counted");
	struct entry **all;
	ok(archive_list(db, db, p->id, &(struct archive_range){ .year = 2021, .limit = 2 }, &all, &err), "a year is listed");
	is_int((long long)talloc_array_length(all), 2, "as much as was asked for");
	is(all[0]->title, "post 7", "newest first");
	ok(!all[0]->content, "without its text");
	int64_t when;
	ok(archive_nth_newest(db, p->id, 3, &when, &err) && when == clock_civil(2021, 8, 1, 0, 0, 0), "the third newest");
	ok(archive_nth_newest(db, p->id, 30, &when, &err) && when == 0, "where there are not so many: 0");
	struct entry *older, *newer;
	ok(archive_neighbours(db, db, all[0], &older, &newer, &err) && older && newer, "neighbours");
	is(older->title, "post 6", "before");
	is(newer->title, "post 8", "and after");
}

/* A database that a newer program has changed is refused, and stays as it is. */
static void newer(void *owner)
{
	int64_t rows = 0;
	struct db *db = fixture_db(owner);
	ok(db_migrate(db, "gateway/archive/schema/", &err), "a schema that is up to date stays so");
	fixture_must(db_run(db, "INSERT INTO migration (name, applied) VALUES ('gateway/archive/schema/999-tomorrow.sql', 1)", DB_NONE, &err), &err);
	ok(!db_migrate(db, "gateway/archive/schema/", &err) && err.kind == ERROR_PERMANENT, "one from a newer version is refused");
	ok(strstr(err.text, "999-tomorrow.sql") && strstr(err.text, "install that version"), "in words");
	ok(db_get_int(db, "SELECT count(*) FROM migration WHERE applied = 1", DB_NONE, &rows, &err) && rows == 1, "and is left alone");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	storing(db, p->id);
	slugs(db, p->id);
	many_slugs(db, p->id);
	withdrawing(db, p->id);
	returning(db, p->id);
	restless(db, p->id);
	ranges(db);
	newer(t);
	talloc_free(t);
	return tap_done();
}
