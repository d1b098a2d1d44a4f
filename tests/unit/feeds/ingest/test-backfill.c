/* Where older pages are, and by what a page is known again.  tests/e2e/backfill.t walks. */
#include "feeds/ingest/backfill.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "unit/fixture.h"

static struct error err;

#define RSS(head, items) "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>B</title>" head items "</channel></rss>"
#define ITEM(guid) "<item><guid>" guid "</guid><title>" guid "</title></item>"
#define WORDPRESS "<generator>https://wordpress.org/?v=6.8.1</generator>"

static const struct {
	const char *what, *document, *url;
	enum backfill_paging paging;
	const char *next;
} ways[] = {
	{ "next of a paged feed", RSS("<a:link rel='next' href='/feed?page=2'/>", ""), "https://b.example/feed", BACKFILL_PAGING_LINKS, "https://b.example/feed?page=2" },
	{ "prev-archive of an archived one", RSS("<a:link rel='prev-archive' href='2019.xml'/>", ""), "https://b.example/feed", BACKFILL_PAGING_LINKS, "https://b.example/2019.xml" },
	{ "which outweighs next", RSS("<a:link rel='next' href='2'/><a:link rel='prev-archive' href='2019.xml'/>", ""), "https://b.example/feed", BACKFILL_PAGING_LINKS,
	  "https://b.example/2019.xml" },
	{ "previous is newer, not older", RSS("<a:link rel='previous' href='2'/>", ""), "https://b.example/feed", BACKFILL_PAGING_GUESSED, "https://b.example/feed?paged=2" },
	{ "next_url", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"B\",\"items\":[],\"next_url\":\"https://b.example/2\"}", "https://b.example/1", BACKFILL_PAGING_LINKS,
	  "https://b.example/2" },
	{ "WordPress", RSS(WORDPRESS, ""), "https://b.example/feed/", BACKFILL_PAGING_NUMBERS, "https://b.example/feed/?paged=2" },
	{ "WordPress without rewriting", RSS(WORDPRESS, ""), "https://b.example/?feed=rss2", BACKFILL_PAGING_NUMBERS, "https://b.example/?feed=rss2&paged=2" },
	{ "a source that is a page itself", RSS(WORDPRESS, ""), "https://b.example/?paged=4&cat=3", BACKFILL_PAGING_NUMBERS, "https://b.example/?cat=3&paged=5" },
	{ "numbers that are none", RSS(WORDPRESS, ""), "https://b.example/?paged=x&paged", BACKFILL_PAGING_NUMBERS, "https://b.example/?paged=2" },
	{ "a number beyond all", RSS(WORDPRESS, ""), "https://b.example/?paged=99999999999999999999", BACKFILL_PAGING_NONE, NULL },
	{ "the fragment does not matter", RSS(WORDPRESS, ""), "https://b.example/feed#top", BACKFILL_PAGING_NUMBERS, "https://b.example/feed?paged=2" },
	{ "a link that no server can answer", RSS("<a:link rel='next' href='gopher://b.example/2'/>", ""), "https://b.example/f", BACKFILL_PAGING_GUESSED, "https://b.example/f?paged=2" },
	{ "a feed that says that it is complete", "<rss version='2.0' xmlns:fh='http://purl.org/syndication/history/1.0'><channel><title>B</title><fh:complete/></channel></rss>",
	  "https://b.example/feed", BACKFILL_PAGING_NONE, NULL },
	{ "a page that names itself", RSS("<a:link rel='next' href='feed'/>", ""), "https://b.example/feed", BACKFILL_PAGING_NONE, NULL },
};

static struct feed *parse(void *owner, const char *document, const char *url)
{
	struct feed *feed = feed_parse(owner, document, strlen(document), NULL, url, &err);
	fixture_must(feed != NULL, &err);
	return feed;
}

static void leads(void)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		void *t = talloc_new(NULL);
		char *next;
		is_int(backfill_paging_of(t, parse(t, ways[i].document, ways[i].url), ways[i].url, &next), ways[i].paging, ways[i].what);
		is(next ? next : "-", ways[i].next ? ways[i].next : "-", "… leads there");
		talloc_free(t);
	}
}

static void marks(void)
{
	static const struct { const char *what, *a, *b; bool same; } cases[] = {
		{ "the order of a page does not matter", ITEM("1") ITEM("2"), ITEM("2") ITEM("1"), true },
		{ "nor what the posts say", ITEM("1"), "<item><guid>1</guid><title>another</title></item>", true },
		{ "one post more does", ITEM("1") ITEM("2"), ITEM("1"), false },
		{ "no posts are no posts", "", "", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		char *a = mem_printf(t, RSS("", "%s"), cases[i].a), *b = mem_printf(t, RSS("", "%s"), cases[i].b);
		ok((strcmp(backfill_paging_hash(t, parse(t, a, NULL)), backfill_paging_hash(t, parse(t, b, NULL))) == 0) == cases[i].same, cases[i].what);
		talloc_free(t);
	}
}

/* An answer as a caller would bring it that fetches by itself. */
static struct http_response *answer(void *owner, const char *url, int status, const char *body, const struct http_header *headers)
{
	static const struct http_header none[] = { { NULL, NULL } };
	struct http_response *r = mem_new(owner, struct http_response);
	r->done = true;
	r->status = status;
	r->url = url;
	r->headers = (struct http_header *)(uintptr_t)(headers ? headers : none);
	r->body = buf_new(r, FEED_MAX_SIZE);
	buf_add(r->body, body, strlen(body));
	return r;
}

static void outbox(struct ingest *in, struct source *source)
{
	void *t = talloc_new(NULL);
	struct http_header later[] = { { "Retry-After", "7" }, { NULL, NULL } };
	struct backfill *b = backfill_open_at(t, in, source, "https://b.example/outbox", &err), *other;
	ok(b && !b->resumed && strcmp(b->progress.next, "https://b.example/outbox") == 0, "a walk from a place of the caller's choice");
	ok(backfill_take(b, answer(t, b->progress.next, 200, RSS("<a:link rel='next' href='outbox2'/>", ITEM("a") ITEM("b")), NULL), &err) && b->progress.fresh == 2, "its first page is stored");
	is(b->progress.next, "https://b.example/outbox2", "and leads on");
	is_int(b->wait, 1000, "after a second");
	ok(backfill_take(b, answer(t, b->progress.next, 503, "", later), &err) && b->wait == 7000, "a server that wants a pause gets it");
	is(b->progress.next, "https://b.example/outbox2", "and is asked the same again");
	other = backfill_open_at(t, in, source, "https://b.example/outbox", &err);
	ok(other && other->resumed && other->progress.pages == 1 && strcmp(other->progress.next, b->progress.next) == 0, "somebody else goes on there");
	ok(backfill_take(other, answer(t, other->progress.next, 200, RSS("", ITEM("c")), NULL), &err) && !other->progress.next && other->progress.finished, "to the end");
	ok(!backfill_take(b, answer(t, b->progress.next, 200, RSS("", ITEM("c")), NULL), &err) && err.kind == ERROR_TEMPORARY, "so that the first has nothing left to do");
	error_set(&err, ERROR_PERMANENT, "no such host");
	other = backfill_open_at(t, in, source, "https://b.example/outbox", &err);
	ok(other && other->progress.completed && !other->resumed, "after the end a walk begins anew");
	ok(!backfill_take(other, NULL, &err), "an answer that will never come stops it");
	other = backfill_open_at(t, in, source, "https://b.example/elsewhere", &err);
	is(other->progress.error, "no such host", "the next knows why");
	is(other->progress.next, "https://b.example/outbox", "and tries once more");
	talloc_free(t);
}

/* A run that ended between the entries of a page and its progress must not look like the end of what is new. */
static void interrupted(struct ingest *in, struct source *source)
{
	void *t = talloc_new(NULL);
	struct ingest_result result = { 0 };
	fixture_must(db_run(in->db, "UPDATE backfill SET next = NULL, finished = 1, completed = 1 WHERE source = $1", DB_ARGS(db_int(source->id)), &err), &err);
	struct backfill *b = backfill_open_at(t, in, source, "https://b.example/1", &err);
	ok(b && backfill_take(b, answer(t, b->progress.next, 200, RSS("<a:link rel='next' href='2'/>", ITEM("i1")), NULL), &err) && b->progress.pages == 1, "a walk after one that reached the end");
	fixture_must(ingest_store(in, source, parse(t, RSS("", ITEM("i2")), NULL), INGEST_ARCHIVE, &result, &err) && result.fresh == 1, &err);
	b = backfill_open_at(t, in, source, "https://b.example/1", &err);
	ok(b && b->resumed && backfill_take(b, answer(t, b->progress.next, 200, RSS("<a:link rel='next' href='3'/>", ITEM("i2")), NULL), &err), "its second page was stored already, and not noted");
	is(b->progress.next, "https://b.example/3", "so it goes on behind it");
	ok(backfill_take(b, answer(t, b->progress.next, 200, RSS("<a:link rel='next' href='4'/>", ITEM("a")), NULL), &err), "until a page that it has not stored itself");
	is(b->progress.next, NULL, "has nothing new");
	talloc_free(t);
}

static void old_texts(struct ingest *in, struct source *source)
{
	void *t = talloc_new(NULL);
	struct ingest_result result = { 0 };
	struct entry **all;
	struct feed *feed = parse(t, RSS("", "<item><guid>a</guid><title>a, changed</title></item>" ITEM("d")), NULL);
	ok(ingest_store(in, source, feed, INGEST_ARCHIVE, &result, &err) && result.fresh == 1 && result.revised == 0, "what an archive shows of a known post changes nothing");
	fixture_must(archive_list(t, in->db, source->publication, &(struct archive_range){ 0 }, &all, &err), &err);
	is_int((long long)talloc_array_length(all), 4, "what it shows of others is added");
	talloc_free(t);
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct ingest in = { .db = db };
	struct source source = { .publication = fixture_publication(t, db, "https://letters.example", PUBLICATION_FREE, 0)->id, .kind = SOURCE_ACTOR, .url = "https://b.example/ada" };
	fixture_must(source_add(db, source.publication, SOURCE_ACTOR, source.url, 0, &source.id, &err), &err);
	leads();
	marks();
	ok(!backfill_open(t, &in, &source, &err) && err.kind == ERROR_INVALID, "only a feed has a newest page");
	outbox(&in, &source);
	old_texts(&in, &source);
	interrupted(&in, &source);
	talloc_free(t);
	return tap_done();
}
