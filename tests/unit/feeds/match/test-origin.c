/* Instances that read each other's feeds: what comes back is known, and nothing else is. */
#include "feeds/ingest/brake.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/match/origin.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/write/write.h"
#include "feeds/write/write_parts.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/document.h"
#include "unit/fixture.h"

static struct error err;

enum { A, B, C, INSTANCES };
static struct instance {
	struct db *db;
	struct publication *p;
} all[INSTANCES];

static struct source *source_in(void *owner, int instance, enum source_kind kind, const char *url)
{
	int64_t id;
	struct db *db = all[instance].db;
	if (!source_add(db, all[instance].p->id, kind, url, 0, &id, &err))
		fixture_must(err.kind == ERROR_EXISTS, &err);
	struct source *s = source_get(owner, db, id, &err);
	fixture_must(s, &err);
	s->imported = 1;
	return s;
}

/* An instance reads this document as its source; how many posts are new. */
static int read_document(int instance, const char *url, const char *xml, bool *held)
{
	void *t = talloc_new(NULL);
	struct source *s = source_in(t, instance, SOURCE_FEED, url);
	struct ingest in = { .db = all[instance].db };
	struct ingest_result result = { 0 };
	struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, url, &err);
	fixture_must(feed && ingest_store(&in, s, feed, INGEST_POLL, &result, &err), &err);
	if (held)
		*held = result.held;
	talloc_free(t);
	return (int)result.fresh;
}

static char *feed_of(void *owner, int instance, void (*write)(FILE *out, const struct feed_out *feed))
{
	struct entry **entries;
	fixture_must(archive_list(owner, all[instance].db, all[instance].p->id, &(struct archive_range){ .text = true }, &entries, &err), &err);
	size_t count = talloc_array_length(entries);
	const struct feed_out out = { .publication = all[instance].p, .self = mem_printf(owner, "%s/feed.xml", all[instance].p->url), .entries = entries,
	                              .cut = mem_array(owner, bool, count + 1), .count = count };
	struct document *d = document_new(owner);
	write(document_out(d), &out);
	return document_finish(d, owner);
}

static int reads(int reader, int written, void (*write)(FILE *out, const struct feed_out *feed))
{
	void *t = talloc_new(NULL);
	int fresh = read_document(reader, mem_printf(t, "%s/feed.xml", all[written].p->url), feed_of(t, written, write), NULL);
	talloc_free(t);
	return fresh;
}

static void begin(void *owner)
{
	static const char *const urls[INSTANCES] = { "https://a.example", "https://b.example", "http://c.example:8083" };
	for (int i = 0; i < INSTANCES; i++) {
		all[i].db = fixture_db(owner);
		all[i].p = fixture_publication(owner, all[i].db, urls[i], PUBLICATION_FREE, 0);
	}
}

#define ITEM(guid, link, title, day, more) "<item><guid isPermaLink='false'>" guid "</guid><link>" link "</link>" title "<pubDate>" day " Nov 2026 09:00:00 GMT</pubDate>" \
	"<description>The keeper of " guid " wrote down each night what he saw.</description>" more "</item>"
#define RSS(items) "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>X</title>" items "</channel></rss>"

/* A reads a blog, B and C read A, each other, and A reads both. */
static void circles(void (*write)(FILE *out, const struct feed_out *feed), const char *name)
{
	void *t = talloc_new(NULL);
	begin(t);
	fixture_post(all[A].db, all[A].p->id, "ours", "<p>Written here, by hand, and nowhere else.</p>", INT64_C(1795600000000), true);
	is_int(read_document(A, "https://x.example/feed", RSS(ITEM("1", "https://x.example/one", "<title>One</title>", "20", "") ITEM("2", "https://x.example/two", "", "21", "")), NULL), 2, name);
	is_int(reads(B, A, write), 3, "another instance takes what is new to it");
	is_int(reads(A, B, write), 0, "of which nothing is new at home");
	is_int(reads(C, B, write), 3, "a third takes it from the second");
	is_int(reads(A, C, write), 0, "nothing of that is new at home either");
	is_int(reads(B, C, write), 0, "nor where it came from");
	is_int(reads(C, A, write), 0, "and what came by another way is the same post");
	fixture_must(archive_withdraw(all[A].db, 1, &err), &err);
	is_int(reads(A, B, write), 0, "what was withdrawn at home does not come back");
	fixture_post(all[B].db, all[B].p->id, "theirs", "<p>Only the other one wrote this.</p>", INT64_C(1795700000000), true);
	is_int(reads(A, B, write), 1, "what the other writes is new");
	is_int(reads(B, A, write), 0, "and is known where it comes from");
	talloc_free(t);
}

#define SOURCE "<source url='https://x.example/'>X</source><atom:link rel='via' href='https://x.example/one'/>"

static const struct {
	const char *what, *item;
	int fresh;
} items[] = {
	{ "a copy under another id and link", ITEM("c1", "https://y.example/1", "<title>One</title>", "20", SOURCE), 0 },
	{ "a copy with another title, of the same time", ITEM("c2", "https://y.example/2", "<title>Uno</title>", "20", SOURCE), 0 },
	{ "who writes about a post names it too", ITEM("c3", "https://y.example/3", "<title>What I think of One</title>", "23", SOURCE), 1 },
	{ "a pointer without a source is no copy", ITEM("c4", "https://y.example/4", "<title>One</title>", "24", "<atom:link rel='via' href='https://x.example/one'/>"), 1 },
	{ "a copy of what is not here", ITEM("c5", "https://y.example/5", "<title>Five</title>", "25", "<source url='https://z.example/'>Z</source><atom:link rel='via' href='https://z.example/5'/>"), 1 },
	{ "which comes again from another one", ITEM("c6", "https://w.example/5", "<title>Five</title>", "25", "<source url='https://z.example/'>Z</source><atom:link rel='via' href='https://z.example/5'/>"), 0 },
	{ "and from its own blog", ITEM("z5", "https://z.example/5", "<title>Five</title>", "25", ""), 0 },
	{ "a link to a page of ours, as a planet has it", ITEM("c7", "https://a.example/2026/ours", "<title>Other words</title>", "26", ""), 0 },
	{ "over http, with a query", ITEM("c8", "http://a.example/2026/ours?utm_source=y", "<title>More words</title>", "26", ""), 0 },
	{ "an object of ours as its id", ITEM("https://a.example/p/1", "https://y.example/9", "<title>Nine</title>", "26", ""), 0 },
	{ "a page of our host that is no post", ITEM("c10", "https://a.example/old/page", "<title>Ten</title>", "26", ""), 1 },
	{ "another port is another site", ITEM("c11", "https://a.example:8443/2026/ours", "<title>Eleven</title>", "26", ""), 1 },
	{ "a slug of ours on another host", ITEM("c12", "https://y.example/2026/ours", "<title>Twelve</title>", "26", ""), 1 },
};

static void copies(void)
{
	void *t = talloc_new(NULL);
	begin(t);
	fixture_post(all[A].db, all[A].p->id, "ours", "<p>Written here, by hand, and nowhere else.</p>", INT64_C(1795600000000), true);
	read_document(A, "https://x.example/feed", RSS(ITEM("1", "https://x.example/one", "<title>One</title>", "20", "")), NULL);
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		is_int(read_document(A, "https://y.example/feed", mem_printf(t, RSS("%s"), items[i].item), NULL), items[i].fresh, items[i].what);
	struct entry *first = archive_get(t, all[A].db, 2, &err);
	is(first->link, "https://x.example/one", "no copy has changed the first");
	talloc_free(t);
}

/* The feed of a publication is none of its sources, under whatever name it is fetched. */
static void own(void)
{
	void *t = talloc_new(NULL);
	begin(t);
	fixture_post(all[A].db, all[A].p->id, "ours", "<p>Written here.</p>", INT64_C(1795600000000), true);
	for (int atom = 0; atom < 2; atom++) {
		char *xml = feed_of(t, A, atom ? write_atom : write_rss);
		struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, "http://localhost:8080/feed.xml", &err);
		ok(!origin_check_feed(all[A].db, feed, &err) && err.kind == ERROR_INVALID, "its own feed, by another name");
		ok(origin_check_feed(all[B].db, feed, &err), "which is a source elsewhere");
	}
	static const struct {
		const char *url;
		bool ours;
	} urls[] = { { "https://a.example/feed.xml", true }, { "http://A.example/", true }, { "https://a.example/@lamp", true }, { "https://a.example:443/x", true },
		{ "https://a.example:8443/", false }, { "https://www.a.example/", false }, { "file:///srv/feed.xml", false }, { "ada@a.example", false } };
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		ok(origin_check_url(all[A].db, urls[i].url, &err) != urls[i].ours, urls[i].url);
	static const char xml[] = "<rss version='2.0'><channel><title>X</title><link>https://a.example/</link><generator>WordPress</generator></channel></rss>";
	ok(origin_check_feed(all[A].db, feed_parse(t, xml, sizeof xml - 1, NULL, NULL, &err), &err), "the blog that stood at our address before is no feed of ours");
	talloc_free(t);
}

/* What was read before it moved names the former URL, what is read now the new one: none of it is new, at home or elsewhere. */
static void moved(void)
{
	void *t = talloc_new(NULL);
	begin(t);
	fixture_post(all[A].db, all[A].p->id, "ours", "<p>Written here, by hand, and nowhere else.</p>", INT64_C(1795600000000), true);
	is_int(reads(B, A, write_atom), 1, "another instance takes a post");
	char *before = feed_of(t, A, write_atom);
	fixture_must(publication_move(all[A].db, all[A].p->id, "https://m.example", &err), &err);
	all[A].p = publication_by_id(t, all[A].db, all[A].p->id, &err);
	is_int(reads(A, B, write_atom), 0, "which is known at home when that has moved");
	is_int(reads(B, A, write_atom), 0, "and there, under the new URL");
	is_int(read_document(A, "https://y.example/feed", RSS(ITEM("m1", "https://a.example/2026/ours", "<title>Old link</title>", "26", "")), NULL), 0, "a link to the former page");
	is_int(read_document(A, "https://y.example/feed", RSS(ITEM("m2", "https://m.example/2026/ours", "<title>New link</title>", "26", "")), NULL), 0, "a link to the new one");
	is_int(read_document(A, "https://y.example/feed", RSS(ITEM("https://a.example/p/1", "https://y.example/9", "<title>Nine</title>", "26", "")), NULL), 0, "an object, whose id stays");
	ok(!origin_check_url(all[A].db, "https://a.example/feed.xml", &err) && !origin_check_url(all[A].db, "https://m.example/feed.xml", &err), "neither URL can be a source");
	ok(!origin_check_feed(all[A].db, feed_parse(t, before, strlen(before), NULL, "http://localhost/feed.xml", &err), &err), "nor its feed of before");
	struct entry copy = { .id = 1, .link = "https://a.example/old/page" };
	is(write_entry_origin(all[A].p, &copy), NULL, "a page at the former URL is no other's");
	const char *after = feed_of(t, A, write_atom);
	ok(strstr(after, "<id>tag:a.example,") && !strstr(after, "tag:m.example,"), "ids in its feeds stay");
	ok(strstr(after, "https://m.example/2026/ours") && !strstr(after, "https://a.example"), "and its links are new");
	talloc_free(t);
}

static char *posts(void *owner, int from, int count)
{
	struct document *d = document_new(owner);
	fputs("<rss version='2.0'><channel><title>X</title>", document_out(d));
	for (int i = from; i < from + count; i++)
		fprintf(document_out(d), "<item><guid>post-%d</guid><title>Post %d</title><description>x</description></item>", i, i);
	fputs("</channel></rss>", document_out(d));
	return document_finish(d, owner);
}

/* One post after the other, each in a feed that shows the last five. */
static void flood(void)
{
	void *t = talloc_new(NULL);
	bool held = false;
	int n = 5, fresh = 0;
	begin(t);
	read_document(A, "https://x.example/feed", posts(t, 0, 5), NULL);
	fixture_must(db_run(all[A].db, "UPDATE source SET news = 0", DB_NONE, &err), &err);
	for (; !held && n < 100; n++)
		fresh += read_document(A, "https://x.example/feed", posts(t, n - 4, 5), &held);
	ok(held, "a feed that brings one new post after the other is held");
	is_int(fresh - 1, BRAKE_FREE, "after so many within an hour");
	talloc_free(t);
}

static int64_t number(const char *sql)
{
	int64_t n = -1;
	fixture_must(db_get_int(all[A].db, sql, DB_NONE, &n, &err), &err);
	return n;
}

/* The posts of an account come once: those above the limit wait for the owner. */
static void chatty(void)
{
	void *t = talloc_new(NULL);
	begin(t);
	struct ingest in = { .db = all[A].db };
	for (int n = 0; n < BRAKE_FREE + 5; n++) {
		struct source *s = source_in(t, A, SOURCE_ACTOR, "https://x.example/@x");
		struct ingest_result result = { 0 };
		char *xml = posts(t, n, 1);
		struct feed *feed = feed_parse(t, xml, strlen(xml), NULL, NULL, &err);
		fixture_must(feed && ingest_store(&in, s, feed, INGEST_PUSH, &result, &err) && result.fresh == 1, &err);
	}
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), BRAKE_FREE, "an account publishes so many within an hour");
	is_int(number("SELECT count(*) FROM entry WHERE state = 2"), 5, "the others wait for approval");
	is_int(number("SELECT count(*) FROM notice WHERE subject LIKE 'too many posts from %'"), 1, "which the owner is told once");
	is_int(number("SELECT hold FROM source"), 1, "until the owner takes that back");
	talloc_free(t);
}

/* What its past explains is no flood. */
static void busy(void)
{
	void *t = talloc_new(NULL);
	struct brake b;
	begin(t);
	struct source *s = source_in(t, A, SOURCE_FEED, "https://x.example/feed");
	for (int i = 0; i < 15; i++)
		fixture_post(all[A].db, all[A].p->id, mem_printf(t, "live-%d", i), "<p>x</p>", INT64_C(1795600800000) + i * 60000, false);
	fixture_must(db_run(all[A].db, "UPDATE entry SET source = $1, created = 1", DB_ARGS(db_int(s->id)), &err), &err);
	fixture_must(brake_count(all[A].db, s->id, 12, &err) && brake_count(all[A].db, s->id, 13, &err) && brake_read(all[A].db, s, 5, &b, &err), &err);
	is_int(b.before, 25, "so many came in this hour");
	is_int(b.most, 30, "twice as many as in its busiest hour may come");
	fixture_must(db_run(all[A].db, "UPDATE source SET news_since = news_since - 3600001", DB_NONE, &err) && brake_read(all[A].db, s, 5, &b, &err), &err);
	is_int(b.before, 0, "the next hour begins at nothing");
	talloc_free(t);
}

int main(void)
{
	circles(write_rss, "RSS");
	circles(write_atom, "Atom");
	copies();
	own();
	moved();
	flood();
	chatty();
	busy();
	return tap_done();
}
