/* The link of a letter: whose letter it opens, for how long, and that it opens nothing else. */
#include "gateway/web/pages/routes.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/proof/proof.h"
#include "subscribers/proof/reading.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;
static void *pages;
static struct publication *p, *other;
static struct db *db;
static int64_t ada, brass, notice;

static int64_t issue_of(int64_t publication, enum issue_kind kind, int64_t entry)
{
	int64_t id;
	fixture_must(db_get_int(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned) VALUES ($1, $2, $3, $4, 0, 1) RETURNING id",
	                        DB_ARGS(db_int(publication), db_int(kind), entry ? db_int(entry) : db_null(), db_int(clock_now())), &id, &err), &err);
	return id;
}

static struct exchange *get(void *t, const char *path)
{
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){ .owner = x, .db = db, .publication = p, .method = "GET", .path = path, .headers = mem_array(x, struct http_header, 1), .remote = "", .mark = "MARK" };
	pages_door.answer(pages, x);
	return x;
}

static const char *text_of(const struct exchange *x)
{
	size_t size;
	return x->page ? document_text(x->page, &size) : "";
}

static char *token(void *t, int64_t address, int64_t issue, int64_t age) { return reading_token(t, p, address, issue, clock_now() - age); }

static void check_link(void *t)
{
	struct exchange *x = get(t, mem_printf(t, "/r/%s", token(t, ada, brass, 0)));
	const char *text = text_of(x);
	is_int(x->status, 200, "the link opens");
	ok(strstr(text, "SECRET-BRASS") != NULL, "all of its post");
	ok(!strstr(text, "SECRET-TIN") && !strstr(text, "SECRET-IRON"), "and nothing of the posts beside it");
	ok(!strstr(text, "ada@example.org") && !strstr(text, "/u/"), "does not name its reader, nor the way out");
	ok(strstr(text, "name=\"robots\" content=\"noindex\"") != NULL, "it is for no index");
	is(exchange_replied(x, "Cache-Control"), "no-store", "no cache keeps it");
	is(exchange_replied(x, "Referrer-Policy"), "no-referrer", "its links do not tell where they are");
	ok(!exchange_replied(x, "Set-Cookie") && !x->shows, "nobody is signed in by it, nor gets it from our cache");
	ok(strstr(text, "href=\"/signin?next=/1970/brass\"") != NULL, "signing in leads to the post");
	ok(!strstr(text_of(get(t, "/1970/brass")), "SECRET-BRASS"), "the post's own page stays closed");
}

static void check_refusals(void *t)
{
	int64_t foreign = issue_of(other->id, ISSUE_ENTRY, fixture_post(db, other->id, "foreign", "<p>a</p>", 1, false));
	char *good = token(t, ada, brass, 0), *forged = mem_dup(t, good);
	forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == 'A' ? 'Q' : 'A';
	forged[0] = forged[0] == '1' ? '2' : '1';
	const struct { const char *what, *token; int status; } cases[] = {
		{ "a day before its end", token(t, ada, brass, READING_LIFE - CLOCK_DAY), 200 },
		{ "after its end", token(t, ada, brass, READING_LIFE), 410 },
		{ "forged", forged, 404 },
		{ "of another publication's letter", token(t, ada, foreign, 0), 404 },
		{ "of a letter that is no post", token(t, ada, notice, 0), 404 },
		{ "of a reader who never was", token(t, ada + 1000, brass, 0), 410 },
		{ "the link of the way out", proof_leave_token(t, p, ada), 404 },
		{ "signed by another publication", reading_token(t, other, ada, brass, clock_now()), 404 },
		{ "no token", "x", 404 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange *x = get(t, mem_printf(t, "/r/%s", cases[i].token));
		is_int(x->status, cases[i].status, cases[i].what);
		ok((strstr(text_of(x), "SECRET") != NULL) == (cases[i].status == 200), "the text is there, or not");
		is(exchange_replied(x, "Cache-Control"), "no-store", "and nothing is kept");
	}
	is_int(get(t, mem_printf(t, "/u/%s", good))->status, 404, "it is no way out");
	is_int(get(t, mem_printf(t, "/c/%s", good))->status, 404, "and no proof");
}

static void check_leaving(void *t)
{
	char *path = mem_printf(t, "/r/%s", token(t, ada, brass, 0));
	struct consent how = { "", "test" };
	fixture_must(subscriber_leave(db, ada, &how, &err), &err);
	is_int(get(t, path)->status, 410, "who left reads no more");
	fixture_must(subscriber_return(db, ada, &how, &err), &err);
	is_int(get(t, path)->status, 200, "who came back does");
	fixture_must(archive_withdraw(db, 1, &err), &err);
	struct exchange *x = get(t, path);
	is_int(x->status, 410, "a post that was withdrawn is gone");
	ok(!strstr(text_of(x), "SECRET"), "with its text");
}

static char *content(void *t, const char *secret)
{
	return mem_printf(t, "<p>OPENING</p><p>a</p><p>b</p><p>c</p><p>d</p><p>e</p><p>f</p><p>g</p><p>%s</p>", secret);
}

int main(void)
{
	void *t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_ALL, 0);
	other = fixture_publication(t, db, "https://other.example", PUBLICATION_ALL, 0);
	int64_t first = fixture_post(db, p->id, "brass", content(t, "SECRET-BRASS"), 2, false), second = fixture_post(db, p->id, "tin", content(t, "SECRET-TIN"), 1, false);
	struct entry untitled = { .guid = "iron", .content = "<p>SECRET-IRON</p>", .published = 3 };
	fixture_must(archive_store(db, &(struct archive_post){ .publication = p->id, .entry = &untitled, .keys = (const char *const[]){ "guid:iron", NULL }, .hash = "i" }, NULL, NULL, &err), &err);
	fixture_must(subscriber_add_confirmed(db, p->id, "ada@example.org", &ada, &err), &err);
	brass = issue_of(p->id, ISSUE_ENTRY, first);
	issue_of(p->id, ISSUE_ENTRY, second);
	notice = issue_of(p->id, ISSUE_NOTICE, 0);
	pages = pages_door.open(t, &(struct role){ .config = mem_new(t, struct config), .db = db, .workers = 1, .shared = pages_share() }, &err);
	fixture_must(pages, &err);
	check_link(t);
	check_refusals(t);
	check_leaving(t);
	talloc_free(t);
	return tap_done();
}
