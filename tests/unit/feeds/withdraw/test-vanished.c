/* What a source takes back: with a tombstone, by letting it expire, or in silence. */
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "feeds/withdraw/vanished.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "unit/fixture.h"
#include <string.h>

static void *t;
static struct error err;
static struct db *db;
static struct publication *p;

static int64_t number(const char *sql)
{
	int64_t n = -1;
	return db_get_int(db, sql, DB_NONE, &n, &err) ? n : -1;
}

static int64_t source_of(enum source_kind kind, const char *url)
{
	int64_t id;
	fixture_must(source_add(db, p->id, kind, url, 0, &id, &err), &err);
	return id;
}

static void store(int64_t from, const char *text, enum ingest_mode mode)
{
	struct ingest in = { .db = db };
	struct ingest_result r = { 0 };
	struct source *s = source_get(t, db, from, &err);
	struct feed *feed = feed_parse(t, text, strlen(text), NULL, s->url, &err);
	fixture_must(feed && ingest_store(&in, s, feed, mode, &r, &err), &err);
	s->imported = clock_now();
	fixture_must(source_record(db, s, &err), &err);
}

/* A JSON Feed of posts a to z: letter x is of day x of 2026, the newest first as they stand in days.  Capital: expired. */
static const char *posts(const char *days, const char *more)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\"%s,\"items\":[", more);
	for (const char *c = days; *c; c++) {
		char small = (char)(*c | 0x20);
		fprintf(out, "%s{\"id\":\"%c\",\"url\":\"https://blog.example/%c\",\"title\":\"Post %c\",\"content_html\":\"<p>All about %c.</p>\","
		             "\"date_published\":\"2026-01-%02dT10:00:00Z\"%s}", c == days ? "" : ",", small, small, small, small, small - 'a' + 1,
		        *c != small ? ",\"expired\":true" : "");
	}
	fputs("]}", out);
	return document_finish(d, t);
}

/* The names of the entries whose pages are to be asked, from z to a: the last letter of each link. */
static char *asked_for(void)
{
	char *names = mem_dup(t, "");
	struct db_rows *rows = db_query(db, "SELECT link FROM vanished WHERE state = 0 ORDER BY link DESC", DB_NONE);
	while (db_next(rows)) {
		const char *link = db_column_text(rows, 0);
		names = mem_printf(t, "%s%s", names, link + strlen(link) - 1);
	}
	fixture_must(db_finish(rows, &err), &err);
	return names;
}

static void silence(void)
{
	static const struct {
		const char *what, *before, *after, *missing; /* whose pages are to be asked after the second poll */
		int told;                                    /* notices */
		enum ingest_mode mode;
	} cases[] = {
		{ "nothing is missing", "edcba", "edcba", "", 0, INGEST_POLL },
		{ "what slid out at the end", "edcba", "gfedc", "", 0, INGEST_POLL },
		{ "one in between", "edcba", "edba", "c", 0, INGEST_POLL },
		{ "the newest", "edcba", "dcba", "e", 0, INGEST_POLL },
		{ "the oldest, which may have slid out", "edcba", "edcb", "", 0, INGEST_POLL },
		{ "four of eight", "hgfedcba", "hfda", "gecb", 0, INGEST_POLL },
		{ "five of nine", "ihgfedcba", "igea", "", 1, INGEST_POLL },
		{ "five of thirty are few enough to believe", "zyxwvutsrqponmlkjihgfedcba", "zyxwvutsrqponmlkjihga", "fedcb", 0, INGEST_POLL },
		{ "all but the oldest", "jihgfedcba", "a", "", 1, INGEST_POLL },
		{ "an empty feed", "edcba", "", "", 0, INGEST_POLL },
		{ "what a hub pushed is a part", "edcba", "ea", "", 0, INGEST_PUSH },
		{ "an older page is a part", "edcba", "ea", "", 0, INGEST_ARCHIVE },
		{ "a feed in no order", "edcba", "aeb", "", 0, INGEST_POLL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		int64_t source = source_of(SOURCE_FEED, "https://blog.example/feed");
		store(source, posts(cases[i].before, ""), INGEST_POLL);
		is_int(number("SELECT count(*) FROM vanished"), 0, "a first import misses nothing");
		store(source, posts(cases[i].after, ""), cases[i].mode);
		is(asked_for(), cases[i].missing, cases[i].what);
		is_int(number("SELECT count(*) FROM notice"), cases[i].told, "... and what the owner is told");
		is_int(number("SELECT count(*) FROM entry WHERE state <> 0"), 0, "... and nothing is withdrawn yet");
		store(source, posts(cases[i].after, ""), cases[i].mode);
		is_int(number("SELECT count(*) FROM notice"), cases[i].told, "... and the next poll tells nothing new");
		store(source, posts(cases[i].before, ""), INGEST_POLL);
		ok(strcspn(asked_for(), cases[i].before) == strlen(asked_for()), "... and what is back is not missing");
	}
}

static void others(void)
{
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t one = source_of(SOURCE_FEED, "https://blog.example/feed"), file = source_of(SOURCE_FEED, "file:///srv/feed.json");
	store(one, posts("edcba", ""), INGEST_POLL);
	store(file, posts("zyx", ""), INGEST_POLL);
	store(file, posts("zx", ""), INGEST_POLL);
	is_int(number("SELECT count(*) FROM vanished"), 0, "of a file nothing is guessed");
	int64_t two = source_of(SOURCE_FEED, "https://blog.example/tag/feed");
	store(two, posts("qc", ""), INGEST_POLL);
	store(two, posts("qb", ""), INGEST_POLL);
	is_int(number("SELECT count(*) FROM vanished"), 0, "nor of what another source brought");
}

static void words(void)
{
	static const char feed[] = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'><title>x</title>%s"
	                           "<entry><id>urn:b</id><title>b</title><content>bb</content><updated>2026-01-02T00:00:00Z</updated><link href='https://blog.example/b'/></entry>%s</feed>";
	static const char entry[] = "<entry><id>urn:c</id><title>c</title><content>cc</content><updated>2026-01-03T00:00:00Z</updated><link href='https://blog.example/c'/></entry>";
	static const struct { const char *what, *grave; int live; } cases[] = {
		{ "an id that nobody knows", "<at:deleted-entry ref='urn:x' when='2026-02-01T00:00:00Z'/>", 2 },
		{ "one that was changed later", "<at:deleted-entry ref='urn:c' when='2026-01-01T00:00:00Z'/>", 2 },
		{ "one that is gone", "<at:deleted-entry ref='urn:c' when='2026-02-01T00:00:00Z'/>", 1 },
		{ "one that is gone since nobody knows when", "<at:deleted-entry ref='urn:c'/>", 1 },
		{ "one that the feed shows all the same", "<at:deleted-entry ref='urn:b' when='2026-02-01T00:00:00Z'/>", 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		int64_t source = source_of(SOURCE_FEED, "https://blog.example/feed"), other = source_of(SOURCE_FEED, "https://other.example/feed");
		store(source, mem_printf(t, feed, "", entry), INGEST_POLL);
		store(other, posts("a", ""), INGEST_POLL);
		store(other, mem_printf(t, feed, cases[i].grave, ""), INGEST_POLL);
		is_int(number("SELECT count(*) FROM entry WHERE state = 0"), 3, "another source's tombstone is nothing");
		store(source, mem_printf(t, feed, cases[i].grave, ""), INGEST_POLL);
		is_int(number("SELECT count(*) FROM entry WHERE state = 0"), cases[i].live + 1, cases[i].what);
		store(source, mem_printf(t, feed, "", entry), INGEST_POLL);
		is_int(number("SELECT count(*) FROM entry WHERE state = 0"), 3, "... and shown again it is back");
		is_int(number("SELECT count(*) FROM entry WHERE announce = 1"), 0, "... and no news");
	}
}

/* Several sources may show one post; only the one whose text it is takes it back. */
static void strangers(void)
{
	static const char claim[] = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'><title>x</title>%s"
	                            "<entry><id>urn:z</id><title>z</title><content>zz</content><updated>2026-01-02T00:00:00Z</updated><link href='https://evil.example/z'/></entry></feed>";
	static const struct { const char *what, *first, *then; } cases[] = {
		{ "what another feed calls expired", NULL, NULL },
		{ "an id that another feed gave it", "<entry><id>urn:own</id><title>Post b</title><content>bb</content><link href='https://blog.example/b'/></entry>",
		  "<at:deleted-entry ref='urn:own'/>" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		store(source_of(SOURCE_FEED, "https://blog.example/feed"), posts("cba", ""), INGEST_POLL);
		int64_t evil = source_of(SOURCE_FEED, "https://evil.example/feed");
		store(evil, cases[i].first ? mem_printf(t, claim, cases[i].first) : posts("b", ""), INGEST_POLL);
		is_int(number("SELECT count(*) FROM entry WHERE link LIKE 'https://blog.example/%'"), 3, "another feed shows a post too");
		store(evil, cases[i].then ? mem_printf(t, claim, cases[i].then) : posts("B", ""), INGEST_POLL);
		is_int(number("SELECT state FROM entry WHERE link LIKE '%/b'"), ENTRY_LIVE, cases[i].what);
	}
}

static void expiry(void)
{
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t source = source_of(SOURCE_FEED, "https://blog.example/feed");
	store(source, posts("dcba", ""), INGEST_POLL);
	store(source, posts("fEdCba", ""), INGEST_POLL);
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), 4, "what has expired is withdrawn, and what comes expired is not taken");
	fixture_must(archive_withdraw(db, number("SELECT id FROM entry WHERE link LIKE '%/a'"), &err), &err);
	store(source, posts("fedcba", ""), INGEST_POLL);
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), 5, "what its source shows again is back; what the owner took away is not");
}

#define ITEM(name, date) "<item><guid isPermaLink='false'>" name "</guid><link>https://blog.example/" name "</link><title>" name "</title><description>About " name ".</description>" date "</item>"
#define ON(day) "<pubDate>" day " Jun 2026 07:30:00 GMT</pubDate>"
#define RSS(head, items, end) "<rss version='2.0' xmlns:fh='http://purl.org/syndication/history/1.0'><channel><title>x</title>" head items end
#define WHOLE "</channel></rss>"
#define THREE RSS("", ITEM("c", ON("03")) ITEM("b", ON("02")) ITEM("a", ON("01")), WHOLE)

/* How a feed is written says how far it is believed. */
static void documents(void)
{
	static const struct { const char *what, *after; int missing; } cases[] = {
		{ "the oldest, of a feed that says it has all entries", RSS("<fh:complete/>", ITEM("c", ON("03")) ITEM("b", ON("02")), WHOLE), 1 },
		{ "all, of a feed that says it has all entries", RSS("<fh:complete/>", "", WHOLE), 0 },
		{ "one, in a feed without dates", RSS("", ITEM("c", "") ITEM("a", ""), WHOLE), 0 },
		{ "one, in a feed where one date is wanting", RSS("", ITEM("c", "") ITEM("a", ON("01")), WHOLE), 0 },
		{ "one, in a feed that was cut off", RSS("", ITEM("c", ON("03")) ITEM("a", ON("01")), "<item><title>Cu"), 0 },
		{ "one, and all is well", RSS("", ITEM("c", ON("03")) ITEM("a", ON("01")), WHOLE), 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		int64_t source = source_of(SOURCE_FEED, "https://blog.example/feed");
		store(source, THREE, INGEST_POLL);
		store(source, cases[i].after, INGEST_POLL);
		is_int(number("SELECT count(*) FROM vanished"), cases[i].missing, cases[i].what);
	}
}

/* What was found gone and is shown again is there again, and is no news; the owner's word stands. */
static void returns(void)
{
	static const struct { const char *what; enum archive_withdrawer by; enum entry_state state; enum archive_news news; } cases[] = {
		{ "what we found gone returns", ARCHIVE_BY_ABSENCE, ENTRY_LIVE, ARCHIVE_NO_NEWS },
		{ "what its source took back returns", ARCHIVE_BY_SOURCE, ENTRY_LIVE, ARCHIVE_NO_NEWS },
		{ "what its owner took away does not", ARCHIVE_BY_OWNER, ENTRY_WITHDRAWN, ARCHIVE_NEWS_WITHDRAWAL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		int64_t source = source_of(SOURCE_FEED, "https://blog.example/feed");
		store(source, posts("cba", ""), INGEST_POLL);
		store(source, posts("ca", ""), INGEST_POLL);
		fixture_must(archive_withdraw_by(db, number("SELECT id FROM entry WHERE link LIKE '%/b'"), cases[i].by, &err), &err);
		store(source, posts("ca", ""), INGEST_POLL);
		store(source, posts("cba", ""), INGEST_POLL);
		is_int(number("SELECT state FROM entry WHERE link LIKE '%/b'"), cases[i].state, cases[i].what);
		is_int(number("SELECT announce FROM entry WHERE link LIKE '%/b'"), cases[i].news, "... and what is told of it");
	}
}

/* What an account deletes comes as a push of nothing but that.  Its ids are its own, whoever showed them first. */
static void account(void)
{
	static const struct { const char *what; enum source_kind kind; const char *url; enum ingest_mode mode; enum entry_state state; } cases[] = {
		{ "a Delete of an account", SOURCE_ACTOR, "https://blog.example/users/ada", INGEST_PUSH, ENTRY_WITHDRAWN },
		{ "a Delete of an account of another site", SOURCE_ACTOR, "https://other.example/users/ada", INGEST_PUSH, ENTRY_LIVE },
		{ "a tombstone in its older pages", SOURCE_ACTOR, "https://blog.example/users/ada", INGEST_ARCHIVE, ENTRY_LIVE },
		{ "the same word of another feed", SOURCE_FEED, "https://blog.example/users/ada", INGEST_PUSH, ENTRY_LIVE },
	};
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	store(source_of(SOURCE_ACTOR, "https://blog.example/users/ben"), posts("ba", ""), INGEST_PUSH);
	struct source *ada = source_get(t, db, source_of(SOURCE_ACTOR, "https://blog.example/users/ada"), &err);
	struct ingest_result result = { 0 };
	fixture_must(ingest_store(&(struct ingest){ .db = db }, ada, &(struct feed){ .deleted = &(struct record_deleted){ .ref = "b" }, .deleted_count = 1 }, INGEST_PUSH, &result, &err), &err);
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), 2, "what another account posted is not an account's to delete");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		db = fixture_db(t);
		p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
		store(source_of(SOURCE_FEED, "https://blog.example/feed"), posts("cba", ""), INGEST_POLL);
		struct source *s = source_get(t, db, source_of(cases[i].kind, cases[i].url), &err);
		struct record_deleted gone = { .ref = "b" };
		struct ingest_result r = { 0 };
		fixture_must(ingest_store(&(struct ingest){ .db = db }, s, &(struct feed){ .deleted = &gone, .deleted_count = 1 }, cases[i].mode, &r, &err), &err);
		is_int(number("SELECT state FROM entry WHERE link LIKE '%/b'"), cases[i].state, cases[i].what);
		is_int(number("SELECT count(*) FROM entry WHERE state = 0"), cases[i].state == ENTRY_LIVE ? 3 : 2, "... and nothing else");
	}
}

int main(void)
{
	t = talloc_new(NULL);
	silence();
	others();
	words();
	strangers();
	expiry();
	documents();
	returns();
	account();
	talloc_free(t);
	return tap_done();
}
