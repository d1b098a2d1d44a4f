/* Requests of other servers and of browsers: what is answered, in which form. */
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/door/fediverse_routes.h"
#include "unit/fixture.h"
#include "tap.h"
#include <unistd.h>

static void *t;
static struct error err;
static struct db *db;
static struct publication *tides;

#define AP "application/activity+json"
#define HTML "text/html,application/xhtml+xml,*/*;q=0.8"
#define JRD "application/jrd+json; charset=utf-8"

static struct exchange *ask(const char *method, const char *target, const char *accept)
{
	const char *query = strchr(target, '?');
	struct http_header *headers = mem_array(t, struct http_header, 2);
	headers[0] = (struct http_header){ accept ? "accept" : NULL, accept };
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){
		.owner = x, .db = db, .publication = tides, .method = method, .headers = headers, .remote = "",
		.path = mem_ndup(t, target, query ? (size_t)(query - target) : strlen(target)), .query = query ? query + 1 : NULL,
	};
	if (!fediverse_serve(x, NULL))
		x->status = 0;
	return x;
}

static json_t *body_of(const struct exchange *x)
{
	size_t size;
	const char *text = document_text(x->page, &size);
	return jsonld_read(t, text, size, &err);
}

/* The actor names the front page as its url; and a browser that asks WebFinger takes two of a header for none. */
static void forms(void)
{
	const struct http_header headers[] = { { "accept", AP }, { 0, 0 } };
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){ .owner = x, .db = db, .publication = tides, .method = "GET", .path = "/", .headers = headers, .remote = "" };
	ok(fediverse_door.answer(NULL, x), "the front page, asked for as ActivityPub");
	is(jsonld_text(body_of(x), "id"), "https://tidalclock.example/@tides", "is the actor");
	x = ask("GET", "/.well-known/webfinger?resource=acct:tides@tidalclock.example", NULL);
	size_t count = 0;
	for (size_t i = 0; i < x->reply_count; i++)
		count += text_same(x->reply[i].name, "Access-Control-Allow-Origin");
	is_int((long long)count, 1, "one header says who may read it");
}

static void answers(void)
{
	static const struct {
		const char *method, *target, *accept;
		int status;
		const char *type, *header, *value; /* a header that the answer must have */
	} cases[] = {
		{ "GET", "/@tides", AP, 200, AP, "Vary", "Accept, Accept-Encoding" },
		{ "HEAD", "/@tides", AP, 200, AP, "Vary", "Accept, Accept-Encoding" },
		{ "GET", "/@tides", HTML, 302, NULL, "Location", "https://tidalclock.example/" },
		{ "GET", "/@tides", NULL, 302, NULL, "Vary", "Accept, Accept-Encoding" },
		{ "POST", "/@tides", AP, 405, "text/plain", "Allow", "GET, HEAD" },
		{ "GET", "/@nobody", AP, 0, NULL, NULL, NULL },
		{ "GET", "/@tides/outbox", NULL, 200, AP, NULL, NULL },
		{ "GET", "/@tides/outbox/1", NULL, 200, AP, NULL, NULL },
		{ "GET", "/@tides/outbox/2", NULL, 200, AP, NULL, NULL },
		{ "GET", "/@tides/outbox/3", NULL, 404, "text/plain", NULL, NULL },
		{ "GET", "/@tides/followers", AP, 200, AP, NULL, NULL },
		{ "GET", "/@tides/featured", AP, 200, AP, NULL, NULL },
		{ "GET", "/@tides/following", AP, 200, AP, NULL, NULL },
		{ "GET", "/@tides/inbox", AP, 405, "text/plain", "Allow", "POST" },
		{ "PUT", "/inbox", AP, 405, "text/plain", "Allow", "POST" },
		{ "GET", "/p/1", AP, 200, AP, "Vary", "Accept, Accept-Encoding" },
		{ "GET", "/p/1", HTML, 302, NULL, "Location", "https://tidalclock.example/2026/post-1" },
		{ "GET", "/p/1/create", AP, 200, AP, NULL, NULL },
		{ "GET", "/p/25", AP, 410, AP, "Vary", "Accept, Accept-Encoding" },
		{ "GET", "/p/25/create", AP, 410, AP, NULL, NULL },
		{ "GET", "/p/99", AP, 404, "text/plain", NULL, NULL },
		{ "GET", "/p/26", AP, 404, "text/plain", NULL, NULL }, /* another publication's */
		{ "GET", "/2026/post-1", AP, 0, NULL, NULL, NULL },
		{ "GET", "/.well-known/webfinger?resource=acct%3Atides%40tidalclock.example", NULL, 200, JRD, "Access-Control-Allow-Origin", "*" },
		{ "GET", "/.well-known/webfinger?resource=acct:tides@tidalclock.example", NULL, 200, JRD, NULL, NULL },
		{ "GET", "/.well-known/webfinger?rel=self&resource=https://tidalclock.example/@tides", NULL, 200, JRD, NULL, NULL },
		{ "GET", "/.well-known/webfinger?resource=acct:x@tidalclock.example", NULL, 404, "text/plain", "Access-Control-Allow-Origin", "*" },
		{ "GET", "/.well-known/webfinger?resource=%ff%fe", NULL, 400, "text/plain", NULL, NULL },
		{ "GET", "/.well-known/webfinger?resource=", NULL, 400, "text/plain", NULL, NULL },
		{ "GET", "/.well-known/webfinger?a=b", NULL, 400, "text/plain", NULL, NULL },
		{ "GET", "/.well-known/webfinger", NULL, 400, "text/plain", NULL, NULL },
		{ "POST", "/.well-known/webfinger?resource=acct:tides@tidalclock.example", NULL, 405, "text/plain", NULL, NULL },
		{ "GET", "/.well-known/nodeinfo", NULL, 200, "application/json", NULL, NULL },
		{ "GET", "/nodeinfo/2.0", NULL, 200, "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"", NULL, NULL },
		{ "GET", "/nodeinfo/2.1", NULL, 200, "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"", NULL, NULL },
		{ "GET", "/nodeinfo/2.2", NULL, 0, NULL, NULL, NULL },
		{ "GET", "/.well-known/host-meta", NULL, 200, "application/xrd+xml", NULL, NULL },
		{ "GET", "/.well-known/host-meta.json", NULL, 200, JRD, NULL, NULL },
		{ "GET", "/", AP, 0, NULL, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange *x = ask(cases[i].method, cases[i].target, cases[i].accept);
		is_int(x->status, cases[i].status, mem_printf(t, "%s %s as %s", cases[i].method, cases[i].target, cases[i].accept ? cases[i].accept : "anything"));
		const char *type = x->status ? exchange_replied(x, "Content-Type") : NULL;
		ok(cases[i].type ? type && text_starts(type, cases[i].type) : !type, "... its type");
		if (cases[i].header)
			is(exchange_replied(x, cases[i].header), cases[i].value, cases[i].header);
	}
}

static void contents(void)
{
	json_t *outbox = body_of(ask("GET", "/@tides/outbox", AP)), *page = body_of(ask("GET", jsonld_text(outbox, "first") + strlen(tides->url), AP));
	json_t *items = json_object_get(page, "orderedItems"), *first = json_array_get(items, 0);
	is_int(json_integer_value(json_object_get(outbox, "totalItems")), 24, "the outbox counts what is live");
	is_int((long long)json_array_size(items), 20, "twenty on a page");
	is(jsonld_text(first, "type"), "Create", "whole Creates");
	is(jsonld_text(json_object_get(first, "object"), "id"), "https://tidalclock.example/p/24", "the newest first");
	is(jsonld_text(page, "next"), jsonld_text(outbox, "last"), "and one page more");
	page = body_of(ask("GET", "/@tides/outbox/2", AP));
	is_int((long long)json_array_size(json_object_get(page, "orderedItems")), 4, "with the rest");
	ok(!json_object_get(page, "next"), "which is the last");
	is(jsonld_text(body_of(ask("GET", "/p/25", AP)), "type"), "Tombstone", "what was withdrawn is a Tombstone");
	is(jsonld_text(body_of(ask("GET", "/p/1", AP)), "type"), "Note", "what was not is a Note");
	ok(json_object_get(body_of(ask("GET", "/p/1", AP)), "@context"), "with its context");
	is_int(json_integer_value(json_object_get(body_of(ask("GET", "/@tides/followers", AP)), "totalItems")), 0, "followers are counted");
	ok(!json_object_get(body_of(ask("GET", "/@tides/followers", AP)), "orderedItems"), "not listed");
	is_int(json_is_array(json_object_get(body_of(ask("GET", "/@tides/featured", AP)), "orderedItems")), 1, "nothing stays on top, and that is said");
	tides->gate = PUBLICATION_ALL;
	char *gated = jsonld_write(t, body_of(ask("GET", "/@tides/outbox/1", AP)));
	ok(strstr(gated, "OPENING") && !strstr(gated, "SECRET"), "behind the gate the outbox has the opening only");
	tides->gate = PUBLICATION_FREE;
}

static bool add_entries(int64_t publication, int from, int to)
{
	bool fine = true;
	for (int i = from; fine && i <= to; i++)
		fine = db_run(db, "INSERT INTO entry (id, publication, slug, title, content, teaser, excerpt, authors, enclosures, image_width, image_height, words,"
		                  " teaser_words, note_count, published, updated, revised, access, state, withdrawn, hash, announce, created)"
		                  " VALUES ($1, $2, $3, $3, '<p>OPENING</p><p>SECRET</p>', '<p>OPENING</p>', '', '[]', '[]', 0, 0, 2, 1, 0, $4, 0, 0, 0, $5, $6, '', 0, $4)",
		              DB_ARGS(db_int(i), db_int(publication), db_text(mem_printf(t, "post-%d", i)), db_int(clock_civil(2026, 1, i, 0, 0, 0)),
		                      db_int(i == 25), db_int(i == 25 ? clock_now() : 0)), &err) &&
		       tally_entry(db, i, 1, &err);
	return fine;
}

/* Ids are on the first host alone; on the others a server is led there, and a person to the page. */
static void moved(void)
{
	static const struct { const char *former, *path, *accept; int status; const char *location; } cases[] = {
		{ "https://tidalclock.example", "/@tides", AP, 200, NULL }, { "https://tidalclock.example", "/", AP, 200, NULL }, { "https://tidalclock.example", "/p/1", AP, 200, NULL },
		{ "https://tidalclock.example", "/@tides", "text/html", 302, "https://third.example/" },
		{ "https://second.example", "/@tides", AP, 302, "https://tidalclock.example/@tides" }, { "https://second.example", "/p/1", AP, 302, "https://tidalclock.example/p/1" },
		{ NULL, "/@tides", AP, 302, "https://tidalclock.example/@tides" }, { NULL, "/", AP, 302, "https://tidalclock.example/@tides" },
		{ NULL, "/p/1", AP, 302, "https://tidalclock.example/p/1" }, { NULL, "/p/999", AP, 404, NULL }, { NULL, "/@tides", "text/html", 302, "https://third.example/" },
	};
	struct publication *before = tides;
	fixture_must(publication_move(db, tides->id, "https://second.example", &err) && publication_move(db, tides->id, "https://third.example", &err), &err);
	tides = publication_by_id(t, db, tides->id, &err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_header *headers = mem_array(t, struct http_header, 2);
		headers[0] = (struct http_header){ "accept", cases[i].accept };
		struct exchange *x = mem_new(t, struct exchange);
		*x = (struct exchange){ .owner = x, .db = db, .publication = tides, .former = cases[i].former, .method = "GET", .path = cases[i].path, .headers = headers, .remote = "" };
		ok(fediverse_door.answer(NULL, x), mem_printf(t, "%s at %s", cases[i].path, exchange_site(x)));
		is_int(x->status, cases[i].status, cases[i].accept);
		is(exchange_replied(x, "Location"), cases[i].location, "leads to");
	}
	fixture_must(publication_move(db, tides->id, before->url, &err), &err);
	tides = before;
}

/* What a request that fails leaves in the log: which kind it was, and nothing that stood in its address. */
static void log_lines(void)
{
	static const struct {
		const char *path, *route;
	} cases[] = { { "/2026/s3cr3t", "page" }, { "/p/4711", "object" }, { "/p/4711/create", "create" } };
	char line[4096];
	fixture_must(db_run(db, "ALTER TABLE entry RENAME TO entry_away", DB_NONE, &err), &err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int pipes[2], before = dup(STDERR_FILENO);
		if (pipe(pipes) != 0 || before < 0)
			break;
		dup2(pipes[1], STDERR_FILENO);
		struct http_header headers[] = { { "accept", AP }, { NULL, NULL } };
		struct exchange x = { .owner = t, .db = db, .publication = tides, .method = "GET", .headers = headers, .remote = "", .path = cases[i].path };
		bool answered = fediverse_door.answer(NULL, &x);
		log_info("end", log_int("case", (int64_t)i));
		dup2(before, STDERR_FILENO);
		ssize_t size = read(pipes[0], line, sizeof line - 1);
		line[size > 0 ? size : 0] = '\0';
		ok(answered && x.status >= 500, cases[i].path);
		ok(strstr(line, "fediverse request failed") && strstr(line, mem_printf(t, "route=%s ", cases[i].route)), "... its route is logged");
		ok(!strstr(line, cases[i].path + 1), "... and not its path");
		close(pipes[0]), close(pipes[1]), close(before);
	}
	fixture_must(db_run(db, "ALTER TABLE entry_away RENAME TO entry", DB_NONE, &err), &err);
}

int main(void)
{
	const struct publication_new first = { .url = "https://tidalclock.example", .name = "The Tidal Clock", .handle = "tides" };
	const struct publication_new second = { .url = "https://other.example", .name = "Other", .handle = "tides" };
	int64_t id, other;
	t = talloc_new(NULL);
	db = fixture_db(t);
	bool fine = publication_add(db, &first, &id, &err) && publication_add(db, &second, &other, &err);
	if (ok(fine && (tides = publication_by_id(t, db, id, &err)) && add_entries(id, 1, 25) && add_entries(other, 26, 26), "two publications")) {
		forms();
	answers();
		contents();
		moved();
		log_lines();
	}
	talloc_free(t);
	return tap_done();
}
