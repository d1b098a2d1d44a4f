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
	talloc_free(t);
	return tap_done();
}
