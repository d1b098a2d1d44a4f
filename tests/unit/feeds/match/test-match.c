/* What two fetches of a source make of the archive: the table of feeds/match/identity.h, and what sources do beside it. */
#include "feeds/ingest/ingest_store.h"
#include "feeds/match/identity.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/archive/store/archive.h"
#include "unit/fixture.h"

static struct error err;

/* An item; NULL is not said.  Days are of June 2026. */
struct item {
	const char *guid, *link, *title;
	int day;
	const char *text;
};

#define LONG "The lamp room was built in the year of the great storm, and its keeper wrote down each night what he saw from the gallery."
#define EDITED "The lamp room was built in the year of the great storms, and its keeper wrote down each night what he saw from there."
#define OTHER "Bees do not mind the weather as long as somebody minds the hive, which is more than one can say of most lighthouses by the sea."
#define A { "1", "https://b.example/a", "A", 1, LONG }
#define B { "2", "https://b.example/b", "B", 2, OTHER }
#define MANY(guid, link, n) { guid, link n, "T" n, 5, "Text " n }

static const struct {
	const char *what;
	struct item first[8], second[8];
	int entries, fresh, revised; /* after, and by, the second */
	enum identity_policy policy;
} rows[] = {
	{ "the same again", { A, B }, { A, B }, 2, 0, 0, 0 },
	{ "another order", { A, B }, { B, A }, 2, 0, 0, 0 },
	{ "a new one", { A }, { B, A }, 2, 1, 0, 0 },
	{ "an edit", { A }, { { "1", "https://b.example/a", "A", 1, EDITED } }, 1, 0, 1, 0 },
	{ "a new slug", { A }, { { "1", "https://b.example/new", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "a new slug, title, date and text", { A }, { { "1", "https://b.example/new", "New", 9, OTHER } }, 1, 0, 1, 0 },
	{ "a new id", { A }, { { "x", "https://b.example/a", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "a new id, with another title", { A }, { { "x", "https://b.example/a", "New", 1, LONG } }, 1, 0, 1, 0 },
	{ "a new id, with another date", { A }, { { "x", "https://b.example/a", "A", 9, LONG } }, 1, 0, 0, 0 },
	{ "a link that never changes", { A }, { { "x", "https://b.example/a", "Next", 9, OTHER } }, 2, 1, 0, 0 },
	{ "a new id and link", { A }, { { "x", "https://c.example/x", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "a new id and link, and an edit", { A }, { { "x", "https://c.example/x", "A", 1, EDITED } }, 1, 0, 1, 0 },
	{ "a new id and link, and another text", { A }, { { "x", "https://c.example/x", "A", 1, OTHER } }, 2, 1, 0, 0 },
	{ "one title, on another day", { A }, { { "x", "https://b.example/x", "A", 8, LONG } }, 2, 1, 0, 0 },
	{ "all corrected at once: id, slug and title", { A }, { { "x", "https://b.example/x", "X", 1, LONG } }, 1, 0, 1, 0 },
	{ "the same, and an edit", { A, B }, { { "x", "https://b.example/x", "X", 1, EDITED }, B }, 1 + 1, 0, 1, 0 },
	{ "one day and text, under another title, beside the first", { A }, { { "x", "https://b.example/x", "X", 1, LONG }, A }, 2, 1, 0, 0 },
	{ "one day, under another title, with another text", { A }, { { "x", "https://b.example/x", "X", 1, OTHER } }, 2, 1, 0, 0 },
	{ "one day, under another title, with hardly a text", { { "1", "https://b.example/a", "A", 1, "Photo" } }, { { "x", "https://b.example/x", "X", 1, "Photo" } }, 2, 1, 0, 0 },
	{ "one item twice, with two dates", { A, { "1", "https://b.example/a", "A", 9, LONG } }, { A }, 1, 0, 0, 0 },
	{ "one item twice, without an id", { { NULL, "https://b.example/a", "A", 1, LONG }, B, { NULL, "https://b.example/a", "A", 9, LONG } },
	  { { NULL, "https://b.example/a", "A", 9, LONG }, { NULL, "https://b.example/a", "A", 1, LONG }, B }, 2, 0, 0, 0 },
	{ "Weekly links", { { "1", "https://b.example/w1", "Weekly links", 1, "Bees and hives" } },
	  { { "2", "https://b.example/w2", "Weekly links", 8, "Lamps, rooms" }, { "1", "https://b.example/w1", "Weekly links", 1, "Bees and hives" } }, 2, 1, 0, 0 },
	{ "Weekly links, all of one day", { { "1", "https://b.example/w1", "Weekly links", 1, LONG } },
	  { { "2", "https://b.example/w2", "Weekly links", 1, LONG }, { "1", "https://b.example/w1", "Weekly links", 1, LONG } }, 2, 1, 0, 0 },
	{ "http becomes https", { { "http://b.example/a", "http://b.example/a", "A", 1, LONG } }, { { "https://b.example/a", "https://b.example/a", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "www goes, and a slash comes", { { NULL, "http://www.b.example/a", "A", 1, LONG } }, { { NULL, "https://b.example/a/", "New", 9, LONG } }, 1, 0, 1, 0 },
	{ "tracking comes", { { NULL, "https://b.example/a", "A", 1, LONG } }, { { NULL, "https://b.example/a?utm_source=x&fbclid=1", "New", 9, OTHER } }, 1, 0, 1, 0 },
	{ "another query is another page", { { NULL, "https://b.example/?p=1", "A", 1, LONG } }, { { NULL, "https://b.example/?p=2", "B", 2, OTHER } }, 2, 1, 0, 0 },
	{ "ids come to a feed without", { { NULL, "https://b.example/a", "A", 1, LONG } }, { { "1", "https://b.example/a", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "ids go", { A, B }, { { NULL, "https://b.example/a", "A", 1, LONG }, { NULL, "https://b.example/b", "B", 2, OTHER } }, 2, 0, 0, 0 },
	{ "no id, a new slug", { { NULL, "https://b.example/a", "A", 1, LONG } }, { { NULL, "https://b.example/new", "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "neither id nor link: the same text", { { NULL, NULL, "A", 1, LONG } }, { { NULL, NULL, "A", 1, LONG } }, 1, 0, 0, 0 },
	{ "neither id nor link: an edit", { { NULL, NULL, "A", 0, LONG } }, { { NULL, NULL, "A", 0, EDITED } }, 1, 0, 1, 0 },
	{ "neither id nor link: another one", { { NULL, NULL, "A", 0, LONG } }, { { NULL, NULL, "A", 0, OTHER } }, 2, 1, 0, 0 },
	{ "the front page is no entry's link", { { "1", "https://b.example/", "A", 1, LONG } }, { { "2", "https://b.example/", "B", 2, OTHER } }, 2, 1, 0, 0 },
	{ "nor is a link that all have", { { "1", "https://b.example/blog", "A", 1, LONG }, { "2", "https://b.example/blog", "B", 2, OTHER } },
	  { { "3", "https://b.example/blog", "C", 3, "Third" }, { "1", "https://b.example/blog", "A", 1, LONG } }, 3, 1, 0, 0 },
	{ "parts of one page", { { NULL, "https://b.example/log#1", "v1", 1, "One" }, { NULL, "https://b.example/log#2", "v2", 2, "Two" } },
	  { { NULL, "https://b.example/log#3", "v3", 3, "Three" }, { NULL, "https://b.example/log#2", "v2", 2, "Two" }, { NULL, "https://b.example/log#1", "v1", 1, "One" } }, 3, 1, 0, 0 },
	{ "the second of one id", { A }, { A, { "1", "https://b.example/b", "B", 2, OTHER } }, 2, 1, 0, 0 },
	{ "the second of one id, above", { A }, { { "1", "https://b.example/b", "B", 2, OTHER }, A }, 2, 1, 0, 0 },
	{ "one id for all, two fetches", { A, { "1", "https://b.example/b", "B", 2, OTHER } },
	  { { "1", "https://b.example/c", "C", 3, "Third" }, { "1", "https://b.example/b", "B", 2, OTHER }, A }, 3, 1, 0, 0 },
	{ "one id and one link for all", { { "x", "https://b.example/blog", "A", 1, LONG }, { "x", "https://b.example/blog", "B", 2, OTHER } },
	  { { "x", "https://b.example/blog", "C", 3, "Third" }, { "x", "https://b.example/blog", "A", 1, LONG }, { "x", "https://b.example/blog", "B", 2, OTHER } }, 3, 1, 0, 0 },
	{ "one id for five: links come first, and an edit is an edit",
	  { MANY("x", "https://b.example/", "1"), MANY("x", "https://b.example/", "2"), MANY("x", "https://b.example/", "3"), MANY("x", "https://b.example/", "4"),
	    MANY("x", "https://b.example/", "5") },
	  { { "x", "https://b.example/1", "New", 9, OTHER }, MANY("x", "https://b.example/", "6"), MANY("x", "https://b.example/", "2"), MANY("x", "https://b.example/", "3"),
	    MANY("x", "https://b.example/", "4") }, 6, 1, 1, IDENTITY_POOR_GUIDS },
	{ "ids that were poor are so for good",
	  { MANY("x", "https://b.example/", "1"), MANY("x", "https://b.example/", "2"), MANY("x", "https://b.example/", "3"), MANY("x", "https://b.example/", "4"),
	    MANY("x", "https://b.example/", "5") },
	  { { "x", "https://b.example/8", "New", 9, OTHER } }, 6, 1, 0, IDENTITY_POOR_GUIDS },
	{ "a token in the link", { { NULL, "https://b.example/a?t=11", "A", 1, LONG }, { NULL, "https://b.example/b?t=12", "B", 2, OTHER } },
	  { { NULL, "https://b.example/b?t=22", "B", 2, OTHER }, { NULL, "https://b.example/a?t=21", "A", 1, LONG } }, 2, 0, 0, IDENTITY_VOLATILE_LINKS },
	{ "a token in the link that is the id", { { "https://b.example/a?t=11", "https://b.example/a?t=11", "A", 1, LONG }, { "https://b.example/b?t=12", "https://b.example/b?t=12", "B", 2, OTHER } },
	  { { "https://b.example/b?t=22", "https://b.example/b?t=22", "B", 2, OTHER }, { "https://b.example/a?t=21", "https://b.example/a?t=21", "A", 1, LONG } },
	  2, 0, 0, IDENTITY_VOLATILE_LINKS },
	{ "a post takes the slug of another", { A, B }, { { "1", "https://b.example/old", "A", 1, LONG }, { "2", "https://b.example/a", "B", 2, OTHER } }, 2, 0, 0, 0 },
	{ "a new post takes the slug of another", { A }, { { "3", "https://b.example/a", "A", 9, OTHER }, { "1", "https://b.example/old", "A", 1, LONG } }, 2, 1, 0, 0 },
	{ "white space in the title", { A }, { { "x", "https://b.example/x", " A\n", 1, LONG } }, 1, 0, 0, 0 },
};

static void element(FILE *out, const char *name, const char *text)
{
	if (text)
		fprintf(out, "<%s><![CDATA[%s]]></%s>", name, text, name);
}

static struct feed *feed_of(void *t, const struct item *items)
{
	char *xml = NULL;
	size_t size;
	FILE *out = open_memstream(&xml, &size);
	fputs("<rss version='2.0'><channel><title>B</title><link>https://b.example/</link>", out);
	for (size_t i = 0; i < 8 && items[i].title; i++) {
		fputs("<item>", out);
		if (items[i].guid)
			fprintf(out, "<guid isPermaLink='false'>%s</guid>", items[i].guid);
		element(out, "link", items[i].link);
		element(out, "title", items[i].title);
		element(out, "description", items[i].text);
		if (items[i].day)
			fprintf(out, "<pubDate>%02d Jun 2026 07:30:%02d GMT</pubDate>", items[i].day, items[i].day);
		fputs("</item>", out);
	}
	fputs("</channel></rss>", out);
	fclose(out);
	struct feed *feed = feed_parse(t, xml, size, NULL, "https://b.example/feed", &err);
	free(xml);
	fixture_must(feed, &err);
	return feed;
}

static struct ingest_result fetch(struct db *db, struct source *s, const struct item *items)
{
	void *t = talloc_new(NULL);
	struct ingest in = { .db = db };
	struct ingest_result result = { 0 };
	fixture_must(ingest_store(&in, s, feed_of(t, items), INGEST_POLL, &result, &err), &err);
	s->imported = 1;
	talloc_free(t);
	return result;
}

/* The same source, as if nothing had been fetched from it yet. */
static struct source *source_in(void *t, struct db *db)
{
	int64_t id;
	fixture_must(db_run(db, "DELETE FROM entry", DB_NONE, &err) && db_run(db, "UPDATE source SET news = 0", DB_NONE, &err) && db_get_int(db, "SELECT id FROM source", DB_NONE, &id, &err), &err);
	struct source *s = source_get(t, db, id, &err);
	fixture_must(s, &err);
	return s;
}

static int64_t count_of(struct db *db, const char *sql)
{
	int64_t n;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
}

static void two_fetches(struct db *db, size_t i)
{
	void *t = talloc_new(NULL);
	struct source *s = source_in(t, db);
	fetch(db, s, rows[i].first);
	struct ingest_result second = fetch(db, s, rows[i].second);
	ok(!second.held && count_of(db, "SELECT count(*) FROM entry") == rows[i].entries, rows[i].what);
	is_int((long long)second.fresh, rows[i].fresh, "… new");
	is_int((long long)second.revised, rows[i].revised, "… revised");
	is_int(s->identity, rows[i].policy, "… told apart");
	second = fetch(db, s, rows[i].second);
	ok(second.fresh == 0 && second.revised == 0, "… and the same once more changes nothing");
	talloc_free(t);
}

/* A source that makes up everything but title, date and text anew at each fetch. */
static void never_settles(struct db *db)
{
	void *t = talloc_new(NULL);
	struct source *s = source_in(t, db);
	for (int i = 0; i < 60; i++) {
		char *guid = mem_printf(t, "id-%d", i), *link = mem_printf(t, "https://b.example/%d", i);
		fetch(db, s, (struct item[8]){ { guid, link, "A", 1, LONG } });
	}
	is_int(count_of(db, "SELECT count(*) FROM entry"), 1, "new ids at each fetch are one entry");
	ok(count_of(db, "SELECT count(*) FROM entry_key") < 50, "which does not learn keys without end");
	talloc_free(t);
}

static const struct item old[] = {
	{ "1", "https://b.example/1", "One", 1, LONG " One." }, { "2", "https://b.example/2", "Two", 2, LONG " Two." }, { "3", "https://b.example/3", "Three", 3, LONG " Three." },
	{ "4", "https://b.example/4", "Four", 4, LONG " Four." }, { "5", "https://b.example/5", "Five", 5, LONG " Five." }, { "6", "https://b.example/6", "Six", 6, LONG " Six." }, { 0 }, { 0 }
};
static const struct item moved[] = {
	{ "a", "https://c.example/a", "One", 21, LONG " One." }, { "b", "https://c.example/b", "Two", 22, LONG " Two." }, { "c", "https://c.example/c", "Three", 23, LONG " Three." },
	{ "d", "https://c.example/d", "Four", 24, LONG " Four." }, { "e", "https://c.example/e", "Five", 25, LONG " Five." }, { "f", "https://c.example/f", "Six", 26, LONG " Six." },
	{ "g", "https://c.example/g", "Seven", 27, OTHER }, { 0 }
};

/* All ids, links and dates at once: nothing is stored before the owner has said so, and then what is known is known. */
static void churn(struct db *db)
{
	void *t = talloc_new(NULL);
	struct source *s = source_in(t, db);
	fetch(db, s, old);
	struct ingest_result r = fetch(db, s, moved);
	ok(r.held && r.fresh == 7 && r.entries == 7, "all ids, links and dates at once hold the source");
	is_int(count_of(db, "SELECT count(*) FROM entry"), 6, "and nothing is stored");
	s->approved = true;
	s->imported = 0;
	r = fetch(db, s, moved);
	ok(!r.held && r.fresh == 1, "approved quietly: the posts that are the same get the new ids");
	is_int(count_of(db, "SELECT count(*) FROM entry WHERE announce <> 0"), 0, "and nothing is announced");
	s->approved = false;
	r = fetch(db, s, moved);
	ok(!r.held && r.fresh == 0, "from then on they are known");
	is_int(count_of(db, "SELECT count(*) FROM entry e WHERE e.link LIKE 'https://c.example/%'"), 7, "with their new links");
	talloc_free(t);
}

int main(void)
{
	struct db *db = fixture_db(NULL);
	struct publication *p = fixture_publication(db, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t id;
	fixture_must(source_add(db, p->id, SOURCE_FEED, "https://b.example/feed", 0, &id, &err), &err);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		two_fetches(db, i);
	never_settles(db);
	churn(db);
	talloc_free(db);
	return tap_done();
}
