/* What becomes of a feed in the archive, one fetch after another.  Each step is the body of the next fetch. */
#include "feeds/ingest.h"
#include "gateway/archive/archive.h"
#include "unit/fixture.h"

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
	talloc_free(t);
	return tap_done();
}
