/* What becomes of a feed in the archive, one fetch after another.  Each step is the body of the next fetch. */
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/source/rule.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_held.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "unit/fixture.h"
#include <string.h>
#include <sys/wait.h>

static struct error err;

#define ITEM(guid, link, title, text) "<item><guid isPermaLink='false'>" guid "</guid><link>" link "</link><title>" title "</title><description>" text "</description></item>"
#define ONE ITEM("http://b.example/?p=1", "https://b.example/one", "One", "First.")
#define TWO ITEM("http://b.example/?p=2", "https://b.example/two", "Two", "Second.")

static const struct {
	const char *what, *items;
	size_t fresh, revised;
	bool held;
} steps[] = {
	{ "the first fetch stores what there is", ONE TWO, 2, 0, false },
	{ "the same again changes nothing", ONE TWO, 0, 0, false },
	{ "in another order neither", TWO ONE, 0, 0, false },
	{ "another text is a revision", ITEM("http://b.example/?p=1", "https://b.example/one", "One", "First, and better.") TWO, 0, 1, false },
	{ "https instead of http is the same post", ITEM("https://b.example/?p=2", "http://b.example/two", "Two", "Second."), 0, 0, false },
	{ "another guid with the same link too", ITEM("changed", "https://b.example/two", "Two", "Second."), 0, 0, false },
	{ "another link with the same guid too", ITEM("http://b.example/?p=2", "https://b.example/moved", "Two", "Second."), 0, 0, false },
	{ "a new one is new", ITEM("http://b.example/?p=3", "https://b.example/three", "Three", "Third.") TWO, 1, 0, false },
	{ "two items of one guid are two posts, of which one is known", TWO ITEM("http://b.example/?p=2", "https://b.example/four", "Four", "Fourth."), 1, 0, false },
	{ "all new at once is held back", ITEM("a", "http://b.example/a", "A", "a") ITEM("b", "http://b.example/b", "B", "b") ITEM("c", "http://b.example/c", "C", "c")
	  ITEM("d", "http://b.example/d", "D", "d") ITEM("e", "http://b.example/e", "E", "e") ITEM("f", "http://b.example/f", "F", "f"), 6, 0, true },
	{ "nothing at all takes nothing away", "", 0, 0, false },
};

static void fetches(struct db *db, const struct source *source, bool *imported)
{
	struct ingest in = { .db = db };
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		void *t = talloc_new(NULL);
		struct source now = *source;
		struct ingest_result result = { 0 };
		char *xml = mem_printf(t, "<rss version='2.0'><channel><title>B</title>%s</channel></rss>", steps[i].items);
		struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, source->url, &err);
		now.imported = *imported;
		ok(feed && ingest_store(&in, &now, feed, INGEST_POLL, &result, &err), steps[i].what);
		is_int((long long)result.fresh, (long long)steps[i].fresh, "… new");
		is_int((long long)result.revised, (long long)steps[i].revised, "… revised");
		ok(result.held == steps[i].held, "… held");
		*imported = true;
		talloc_free(t);
	}
}

/* Takes all news; how many were new entries. */
static int announced(struct db *db)
{
	int64_t entry, publication;
	enum archive_news news = ARCHIVE_NO_NEWS;
	int count = 0;
	do {
		fixture_must(archive_take_news(db, &entry, &publication, &news, &err), &err);
		count += news == ARCHIVE_NEWS_ENTRY;
	} while (news != ARCHIVE_NO_NEWS);
	return count;
}

static void links(struct db *db, struct source *source)
{
	void *t = talloc_new(NULL);
	struct ingest in = { .db = db };
	struct ingest_result result = { 0 };
	static const char xml[] = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://c.example/posts/'><title>t</title><entry><id>tag:base</id><title>Base</title>"
		"<link href='https://b.example/p'/><content type='html'>&lt;p>&lt;a href='x'>x&lt;/a>&lt;script>y&lt;/script>&lt;/p></content></entry></feed>";
	struct feed *feed = feed_parse(t, xml, sizeof xml - 1, NULL, source->url, &err);
	ok(feed && ingest_store(&in, source, feed, INGEST_POLL, &result, &err) && result.fresh == 1, "an entry with a base of its own");
	struct entry **all;
	fixture_must(archive_list(t, db, source->publication, &(struct archive_range){ .limit = 1, .text = true }, &all, &err), &err);
	is(all[0]->content, "<p><a href=\"https://c.example/posts/x\">x</a></p>", "its links start there, and its HTML is clean");
	talloc_free(t);
}

/* What its author warns of stands before the text, and nothing of the text in lists. */
static void warnings(struct db *db, struct source *source)
{
	void *t = talloc_new(NULL);
	struct ingest in = { .db = db };
	struct ingest_result result = { 0 };
	static const char xml[] = "<rss version='2.0'><channel><title>B</title>" ITEM("warned", "https://b.example/warned", "W", "The butler.") "</channel></rss>";
	struct feed *feed = feed_parse(t, xml, sizeof xml - 1, NULL, source->url, &err);
	fixture_must(feed, &err);
	feed->entries[0]->warning = "ends & spoilers";
	fixture_must(ingest_store(&in, source, feed, INGEST_PUSH, &result, &err), &err);
	struct entry **all;
	fixture_must(archive_list(t, db, source->publication, &(struct archive_range){ .limit = 1, .text = true }, &all, &err), &err);
	is(all[0]->warning, "ends & spoilers", "a warning is kept");
	is(all[0]->content, "<p><strong>Content warning:</strong> ends &amp; spoilers</p>The butler.", "the text begins with it");
	is(all[0]->excerpt, "Content warning: ends & spoilers", "the excerpt is nothing but it");
	talloc_free(t);
}

/* One fetch of these items. */
static struct ingest_result fetch(struct db *db, struct source *source, const char *items)
{
	void *t = talloc_new(NULL);
	struct ingest in = { .db = db };
	struct ingest_result result = { 0 };
	char *xml = mem_printf(t, "<rss version='2.0'><channel><title>Hold</title>%s</channel></rss>", items);
	struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, source->url, &err);
	fixture_must(feed && ingest_store(&in, source, feed, INGEST_POLL, &result, &err), &err);
	talloc_free(t);
	return result;
}

#define OF(guid, tag) "<item><guid isPermaLink='false'>" guid "</guid><title>" guid "</title><category>" tag "</category><description>" guid "</description></item>"
#define AT(guid, date) "<item><guid isPermaLink='false'>" guid "</guid><title>" guid "</title><pubDate>" date "</pubDate><description>" guid "</description></item>"

static void wanted(struct db *db, int64_t publication)
{
	struct source s = { .publication = publication, .url = "https://rules.example/feed", .imported = 1, .settings = { .access = ENTRY_ACCESS_GATED } };
	fixture_must(source_add(db, publication, SOURCE_FEED, s.url, 0, &s.id, &err), &err);
	announced(db);
	struct rule rule = { .effect = RULE_EXCLUDE, .field = RULE_TAG, .pattern = "ad*" };
	fixture_must(rule_add(db, s.id, &rule, &err), &err);
	is_int((long long)fetch(db, &s, OF("r1", "cats") OF("r2", "Adverts")).fresh, 1, "what a rule leaves out is not stored");
	is_int((long long)fetch(db, &s, OF("r1", "adverts") OF("r2", "Adverts")).revised, 1, "what is in the archive stays, and is revised");
	is_int(announced(db), 1, "one of them was news");
	fixture_must(rule_remove(db, s.id, rule.position, &err), &err);
	s.quiet_before = clock_civil(2026, 3, 1, 0, 0, 0);
	is_int((long long)fetch(db, &s, OF("r1", "adverts") AT("r2", "Sun, 01 Feb 2026 00:00:00 GMT") AT("r3", "Sun, 08 Mar 2026 00:00:00 GMT")).fresh, 2,
	       "without the rule it comes in");
	is_int(announced(db), 1, "and is no news when it was there to be seen before");
	void *t = talloc_new(NULL);
	struct entry **all;
	fixture_must(archive_list(t, db, publication, &(struct archive_range){ .limit = 100 }, &all, &err), &err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (all[i]->title && strcmp(all[i]->title, "r3") == 0)
			ok(all[i]->access == ENTRY_ACCESS_GATED, "new entries have their source's access");
	talloc_free(t);
}

static struct held *waiting(void *owner, struct db *db, size_t count)
{
	struct held *all;
	fixture_must(archive_held(owner, db, 0, &all, &err), &err);
	is_int((long long)talloc_array_length(all), (long long)count, "… so many wait");
	return all;
}

static void holding(struct db *db, int64_t publication)
{
	void *t = talloc_new(NULL);
	struct source s = { .publication = publication, .url = "https://hold.example/feed", .title = "Hold", .settings = { .hold = true } };
	int64_t posts, now, changed, changed_after;
	struct notice *notice;
	struct entry *e;
	fixture_must(source_add(db, publication, SOURCE_FEED, s.url, 0, &s.id, &err), &err);
	fixture_must(archive_count(db, publication, &(struct archive_range){ 0 }, &posts, &err) && archive_changed(db, publication, &changed, &err), &err);
	fetch(db, &s, OF("h1", "x") OF("h2", "x"));
	struct held *all = waiting(t, db, 2);
	is(all[0].title, "h2", "the first import waits too");
	s.imported = 1;
	is_int((long long)fetch(db, &s, OF("h1", "other") OF("h2", "x") AT("h3", "Sun, 01 Mar 2026 00:00:00 GMT")).fresh, 1, "and so does what is new");
	is_int(announced(db), 0, "none of it is news, nor is the revision of one that waits");
	fixture_must(archive_count(db, publication, &(struct archive_range){ 0 }, &now, &err) && archive_changed(db, publication, &changed_after, &err), &err);
	is_int(now, posts, "none is counted");
	ok(changed == changed_after, "and the publication has not changed");
	ok(!archive_get(t, db, all[0].id, &err) && err.kind == ERROR_NOT_FOUND, "no door finds it");
	ok(!archive_by_slug(t, db, publication, "h1", &err) && !archive_withdraw(db, all[0].id, &err) && !archive_set_access(db, all[0].id, ENTRY_ACCESS_FREE, &err),
	   "by any name");
	fixture_must(notice_take(t, db, &notice, &err) && notice, &err);
	is(notice->subject, "2 posts of Hold wait for your approval", "the owner is told, once for a fetch");
	ok(strstr(notice->text, "- h2\n- h1\n") && strstr(notice->text, "entry approve"), "which they are, and what to do");
	fixture_must(notice_take(t, db, &notice, &err) && notice, &err);
	is(notice->subject, "1 post of Hold waits for your approval", "and again for what the next one brought");
	fixture_must(notice_take(t, db, &notice, &err), &err);
	ok(!notice, "but not more");
	ok(archive_approve(db, all[0].id, false, &err) && announced(db) == 1, "an approved one is news");
	ok((e = archive_get(t, db, all[0].id, &err)) && e->state == ENTRY_LIVE, "and live");
	ok(archive_reject(db, all[1].id, &err) && !archive_get(t, db, all[1].id, &err), "a rejected one is nowhere");
	is_int((long long)fetch(db, &s, OF("h1", "once more") OF("h2", "x")).fresh, 0, "and no fetch brings it back");
	ok(archive_approve(db, all[1].id, true, &err) && announced(db) == 0, "its owner may, without a word");
	ok(!archive_approve(db, all[1].id, true, &err) && err.kind == ERROR_NOT_FOUND, "what is live does not wait");
	all = waiting(t, db, 1);
	fixture_must(archive_approve(db, all[0].id, false, &err), &err);
	ok((e = archive_get(t, db, all[0].id, &err)) && e->published == clock_civil(2026, 3, 1, 0, 0, 0), "what was old when it came keeps its date");
	fixture_must(fetch(db, &s, OF("h4", "x")).fresh == 1, &err);
	all = waiting(t, db, 1);
	fixture_must(db_run(db, "UPDATE entry SET created = created - 864000000, published = published - 864000000 WHERE id = $1", DB_ARGS(db_int(all[0].id)), &err) &&
	             archive_approve(db, all[0].id, false, &err), &err);
	ok((e = archive_get(t, db, all[0].id, &err)) && clock_now() - e->published < CLOCK_MINUTE, "what was fresh and had to wait is fresh");
	talloc_free(t);
}

/* Two that move to one place between the same two commits: neither sees the other there. */
static void moving_together(struct db *db, int64_t publication)
{
	struct source *s[2];
	const char *const from[] = { "http://twin.example/a", "http://twin.example/b" };
	for (int i = 0; i < 2; i++) {
		int64_t id;
		fixture_must(source_add(db, publication, SOURCE_FEED, from[i], 0, &id, &err), &err);
		s[i] = source_get(db, db, id, &err);
		s[i]->url = "https://twin.example/a";
		ok(source_record(db, s[i], &err), "a source that moved is written");
	}
	is(source_get(db, db, s[0]->id, &err)->url, "https://twin.example/a", "the first is at the new place");
	is(source_get(db, db, s[1]->id, &err)->url, from[1], "the second stays where it was, until it finds the first there");
}

static int64_t stored(struct db *db, const struct source *s)
{
	int64_t count = 0;
	fixture_must(db_get_int(db, "SELECT count(*) FROM entry WHERE source = $1", DB_ARGS(db_int(s->id)), &count, &err), &err);
	return count;
}

/* An import that ends in its middle: what it has stored is right, and the same document again adds what is missing. */
static void cut_short(struct db *db, int64_t publication)
{
	enum { POSTS = 250, SECOND = 120 };
	void *t = talloc_new(NULL);
	struct ingest in = { .db = db };
	struct ingest_result result = { 0 };
	struct source s = { .publication = publication, .url = "https://cut.example/feed", .title = "Cut", .settings = { .hold = true } };
	struct document *d = document_new(t);
	fixture_must(source_add(db, publication, SOURCE_FEED, s.url, 0, &s.id, &err), &err);
	fputs("<rss version='2.0'><channel><title>C</title>", document_out(d));
	for (int i = 0; i < POSTS; i++)
		fprintf(document_out(d), "<item><guid>cut-%d</guid><title>%s %d</title><description>x</description></item>", i,
		        i == SECOND || i == POSTS - 1 ? "Twice" : "Post", i == SECOND || i == POSTS - 1 ? 0 : i);
	fputs("</channel></rss>", document_out(d));
	char *xml = document_finish(d, t);
	struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, s.url, &err);
	struct notice *notice;
	/* The oldest entry is stored first, and the other of that title cannot be stored. */
	fixture_must(db_run(db, "CREATE UNIQUE INDEX cut_short ON entry (title) WHERE title = 'Twice 0'", DB_NONE, &err), &err);
	ok(!ingest_store(&in, &s, feed, INGEST_POLL, &result, &err), "an import that fails in its middle");
	fixture_must(db_run(db, "DROP INDEX cut_short", DB_NONE, &err), &err);
	int64_t half = stored(db, &s);
	ok(half > 0 && half < POSTS - SECOND, "has stored what came before");
	do
		fixture_must(notice_take(t, db, &notice, &err) && notice, &err);
	while (notice->source != s.id);
	is(notice->subject, "250 posts of C wait for your approval", "and the owner knows of all of them");
	result = (struct ingest_result){ 0 };
	ok(ingest_store(&in, &s, feed, INGEST_POLL, &result, &err) && result.first && (int64_t)result.fresh == POSTS - half, "the same again adds what is missing");
	is_int(stored(db, &s), POSTS, "so that all are there, once");
	talloc_free(t);
}

enum { WRITERS = 2, ROUNDS = 10, POSTS = 30 };

static struct feed *numbered_feed(void *t, int writer, int round)
{
	char *xml = mem_dup(t, "<rss version='2.0'><channel><title>B</title>");
	for (int i = 0; i < POSTS; i++)
		xml = mem_check(talloc_asprintf_append(xml, "<item><guid isPermaLink='false'>%d-%d-%d</guid><title>Post %d of %d, %d</title><category>C</category></item>",
		                                            writer, round, i, i, round, writer));
	xml = mem_check(talloc_asprintf_append(xml, "</channel></rss>"));
	return feed_parse(t, xml, strlen(xml), NULL, "https://b.example/", &err);
}

/* Stores feeds in a process of its own, on a connection of its own to the same schema; how many could not be stored. */
static int write_elsewhere(const char *schema, const struct source *source, int writer)
{
	int failed = 0;
	struct db *db = db_open(NULL, getenv("TEST_DATABASE"), &err);
	fixture_must(db && db_run(db, mem_printf(db, "SET search_path TO %s", schema), DB_NONE, &err), &err);
	for (int round = 0; round < ROUNDS; round++) {
		struct source now = *source;
		struct ingest_result result = { 0 };
		failed += !ingest_store(&(struct ingest){ .db = db }, &now, numbered_feed(db, writer, round), INGEST_PUSH, &result, &err) || result.fresh != POSTS;
	}
	return failed;
}

/* Two machines bring posts of one publication.  Where only one may write at a time they wait for each other anyway. */
static void together(struct db *db, const struct source *source)
{
	char *schema;
	pid_t writers[WRITERS];
	int64_t before, after;
	if (!getenv("TEST_DATABASE"))
		return;
	fixture_must(db_get_text(db, db, "SELECT CAST(current_schema() AS TEXT)", DB_NONE, &schema, &err) &&
	             archive_count(db, source->publication, &(struct archive_range){ 0 }, &before, &err), &err);
	for (int i = 0; i < WRITERS; i++)
		if (!(writers[i] = fork()))
			_exit(write_elsewhere(schema, source, i));
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;
		ok(waitpid(writers[i], &status, 0) == writers[i] && status == 0, "who writes at the same moment is no reason to fail");
	}
	ok(archive_count(db, source->publication, &(struct archive_range){ 0 }, &after, &err) && after - before == WRITERS * ROUNDS * POSTS, "each post is stored once");
}

/* Feeds in which dates are missing, newest first unless said; the order of the titles that the archive then has, with their years. */
#define DATED(title, date) "<item><guid isPermaLink='false'>" title "</guid><title>" title "</title><pubDate>" date "</pubDate><description>d</description></item>"
#define UNDATED(title) "<item><guid isPermaLink='false'>" title "</guid><title>" title "</title><description>d</description></item>"
#define D(year) "Sun, 06 Sep " year " 06:30:00 GMT"
static const struct {
	const char *what, *head, *items;
	bool imported;
	const char *order; /* NOW stands for this year */
} undated[] = {
	{ "between two dates", "", DATED("a", D("2021")) UNDATED("b") UNDATED("c") DATED("d", D("2018")), false, "a 2021, b 2020, c 2019, d 2018" },
	{ "above all dates, in a first import", "", UNDATED("a") UNDATED("b") DATED("c", D("2019")), false, "a 2019, b 2019, c 2019" },
	{ "above all dates, later", "", UNDATED("a") DATED("b", D("2019")), true, "a NOW, b 2019" },
	{ "below all dates, later", "", DATED("a", D("2020")) UNDATED("b") UNDATED("c"), true, "a 2020, b 2020, c 2020" },
	{ "the oldest first", "", DATED("a", D("2018")) UNDATED("b") DATED("c", D("2020")) UNDATED("d"), false, "d 2020, c 2020, b 2019, a 2018" },
	{ "no date at all", "", UNDATED("a") UNDATED("b") UNDATED("c"), false, "a NOW, b NOW, c NOW" },
	{ "only the feed has a date", "<lastBuildDate>" D("2017") "</lastBuildDate>", UNDATED("a") UNDATED("b"), false, "a 2017, b 2017" },
	{ "a date to come", "", DATED("a", D("2199")) UNDATED("b") DATED("c", D("2020")), true, NULL },
};

static void without_dates(struct db *db)
{
	char *this_year = clock_format(db, clock_now(), "%Y");
	for (size_t i = 0; i < sizeof undated / sizeof *undated; i++) {
		char *url = mem_printf(db, "https://undated-%zu.example", i), *got = mem_dup(db, "");
		struct source s = { .publication = fixture_publication(db, db, url, PUBLICATION_FREE, 0)->id, .url = url, .imported = undated[i].imported };
		struct ingest in = { .db = db };
		struct ingest_result result = { 0 };
		struct entry **all;
		fixture_must(source_add(db, s.publication, SOURCE_FEED, url, 0, &s.id, &err), &err);
		char *xml = mem_printf(db, "<rss version='2.0'><channel><title>U</title>%s%s</channel></rss>", undated[i].head, undated[i].items);
		struct feed *feed = feed_parse(db, xml, strlen(xml), NULL, url, &err);
		fixture_must(feed && ingest_store(&in, &s, feed, INGEST_POLL, &result, &err) && archive_list(db, db, s.publication, &(struct archive_range){ 0 }, &all, &err), &err);
		for (size_t k = 0; k < talloc_array_length(all); k++)
			got = mem_printf(db, "%s%s%s %s", got, k ? ", " : "", all[k]->title, entry_day(db, all[k], "%Y"));
		if (undated[i].order)
			is(got, text_replace(db, undated[i].order, "NOW", this_year), undated[i].what);
		else
			ok(all[0]->published <= clock_now() && all[1]->published < all[0]->published && all[2]->published < all[1]->published, undated[i].what);
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct source source = { .publication = fixture_publication(t, db, "https://letters.example", PUBLICATION_FREE, 0)->id, .url = "https://b.example/feed" };
	bool imported = false;
	fixture_must(source_add(db, source.publication, SOURCE_FEED, source.url, 0, &source.id, &err), &err);
	fetches(db, &source, &imported);
	is_int(announced(db), 2, "of all these, two are news: the first import announces nothing");
	links(db, &source);
	warnings(db, &source);
	wanted(db, source.publication);
	holding(db, source.publication);
	moving_together(db, source.publication);
	cut_short(db, source.publication);
	without_dates(db);
	source.imported = source.approved = 1;
	together(db, &source);
	talloc_free(t);
	return tap_done();
}
