/* Who a page is for is what its route finds; an answer is kept for others only when that is what the server was told before. */
#include "gateway/web/pages/routes.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/proof/session.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;
static void *pages;
static struct publication *p;
static struct db *db;
static const char *cookie;

enum who { STRANGER, SIGNED_IN, READER };

/* One who has left is signed in without an address. */
static void become(enum who who)
{
	fixture_must(db_run(db, "UPDATE session SET expires = $1", DB_ARGS(db_int(who == STRANGER ? 0 : INT64_MAX)), &err), &err);
	fixture_must(db_run(db, "UPDATE address SET state = $1", DB_ARGS(db_int(who == READER ? ADDRESS_CONFIRMED : ADDRESS_LEFT)), &err), &err);
}

/* A page with a gate, asked for with the cookie of somebody who becomes another between the form and the answer. */
static struct exchange *visit(void *t, enum who before, enum who then, const char **form)
{
	struct http_header *headers = mem_array(t, struct http_header, 2);
	headers[0] = (struct http_header){ "Cookie", mem_printf(t, "session=%s", cookie) };
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){ .owner = x, .db = db, .publication = p, .method = "GET", .path = "/1970/brass", .headers = headers, .remote = "", .mark = "MARK" };
	become(before);
	*form = pages_door.form(pages, x);
	become(then);
	pages_door.answer(pages, x);
	return x;
}

/* One that has moved, asked where it was. */
static void moved(void *t)
{
	static const struct { const char *method, *path, *query, *origin; int status; const char *location; } cases[] = {
		{ "GET", "/", NULL, NULL, 301, "https://wick.example/" }, { "HEAD", "/feed.atom", NULL, NULL, 301, "https://wick.example/feed.atom" },
		{ "GET", "/1970/brass", "page=2&a=%20b", NULL, 301, "https://wick.example/1970/brass?page=2&a=%20b" },
		{ "GET", "/archive/", NULL, NULL, 301, "https://wick.example/archive" }, { "GET", "/no/such/page/here", NULL, NULL, 301, "https://wick.example/no/such/page/here" },
		{ "GET", "//other.example/", NULL, NULL, 301, "https://wick.example//other.example" }, { "GET", "/u/abc", NULL, NULL, 301, "https://wick.example/u/abc" },
		{ "GET", "/websub/abc", NULL, NULL, 404, NULL }, { "POST", "/websub/abc", NULL, NULL, 404, NULL }, { "PUT", "/archive", NULL, NULL, 405, NULL },
		{ "POST", "/signin", NULL, "https://lamp.example", 400, NULL }, { "POST", "/signin", NULL, "https://other.example", 403, NULL },
	};
	fixture_must(publication_move(db, p->id, "https://wick.example", &err) && (p = publication_by_id(t, db, p->id, &err)), &err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_header *headers = mem_array(t, struct http_header, 2);
		if (cases[i].origin)
			headers[0] = (struct http_header){ "Origin", cases[i].origin };
		struct exchange *x = mem_new(t, struct exchange);
		*x = (struct exchange){ .owner = x, .db = db, .publication = p, .former = "https://lamp.example", .method = cases[i].method, .path = cases[i].path, .query = cases[i].query,
		                        .headers = headers, .remote = "", .mark = "MARK" };
		pages_door.answer(pages, x);
		is_int(x->status, cases[i].status, mem_printf(t, "%s %s where it was", cases[i].method, cases[i].path));
		is(exchange_replied(x, "Location"), cases[i].location, "leads to where it is");
		ok(!cases[i].location || strcmp(exchange_replied(x, "Cache-Control"), "max-age=300") == 0, "but not for ever");
	}
}

int main(void)
{
	static const char *const forms[] = { "", NULL, "reader" }, *const names[] = { NULL, "Signed in", "ada@example.org" };
	void *t = talloc_new(NULL);
	int64_t address;
	char *value;
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_ALL, 0);
	fixture_post(db, p->id, "brass", "<p>OPENING</p><p>a</p><p>b</p><p>c</p><p>d</p><p>e</p><p>f</p><p>g</p><p>SECRET</p>", 1, false);
	fixture_must(subscriber_add_confirmed(db, p->id, "ada@example.org", &address, &err), &err);
	fixture_must(session_open(t, db, address_get(t, db, address, &err)->subscriber, &value, &err), &err);
	cookie = value;
	pages = pages_door.open(t, &(struct role){ .config = mem_new(t, struct config), .db = db, .workers = 1, .shared = pages_share() }, &err);
	fixture_must(pages, &err);
	for (enum who before = STRANGER; before <= READER; before++)
		for (enum who then = STRANGER; then <= READER; then++) {
			const char *form;
			size_t size;
			struct exchange *x = visit(t, before, then, &form);
			const char *text = document_text(x->page, &size);
			is(form, forms[before], mem_printf(t, "%s asks", names[before] ? names[before] : "a stranger"));
			is(x->reader, names[then], mem_printf(t, "and gets the page as %s", names[then] ? names[then] : "a stranger"));
			is_int(strstr(text, "SECRET") != NULL, then != STRANGER, "with what they may read now");
			ok(!strstr(text, "MARK") || x->reader, "and no place for a name when there is none");
			is(exchange_replied(x, "Cache-Control"), then == STRANGER ? NULL : "private, no-store", "other caches are told");
			is_int(x->shows != 0, before == then, "it is kept for others only if they are the same");
		}
	moved(t);
	talloc_free(t);
	return tap_done();
}
