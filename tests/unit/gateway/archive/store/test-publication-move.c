/* A publication at another URL: what it takes and what it refuses, which hosts lead to it, and what stays of where it was first. */
#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/publication_profile.h"
#include "gateway/archive/store/tally.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;
static struct db *db;
static void *t;

static struct publication *lamp(int64_t id)
{
	struct publication *p = publication_by_id(t, db, id, &err);
	fixture_must(p, &err);
	return p;
}

/* All former URLs, with commas. */
static const char *former(const struct publication *p)
{
	char *all = mem_dup(t, "");
	for (size_t i = 0; p->former && p->former[i]; i++)
		all = mem_printf(t, "%s%s%s", all, i ? ", " : "", p->former[i]);
	return all;
}

/* One after the other: from each step the next begins. */
static void moves(int64_t id)
{
	static const struct { const char *url, *is, *former, *complaint; enum error_kind error; } steps[] = {
		{ "https://lamp.example", "https://lamp.example", "", "already", ERROR_INVALID },
		{ "HTTPS://Lamp.Example:443/", "https://lamp.example", "", "already", ERROR_INVALID },
		{ "wick", "https://lamp.example", "", "wick", ERROR_INVALID },
		{ "", "https://lamp.example", "", "", ERROR_INVALID },
		{ "https://wick.example/blog", "https://lamp.example", "", "a scheme and a host only", ERROR_INVALID },
		{ "https://buoy.example", "https://lamp.example", "", "'buoy.example' is a publication already", ERROR_EXISTS },
		{ "http://buoy.example", "https://lamp.example", "", "'buoy.example' is a publication already", ERROR_EXISTS },
		{ "https://bell.example", "https://lamp.example", "", "leads to 'buoy.example'", ERROR_EXISTS },
		{ "https://wick.example/", "https://wick.example", "https://lamp.example", NULL, 0 },
		{ "http://wick.example", "http://wick.example", "https://lamp.example", NULL, 0 },
		{ "http://wick.example:8080", "http://wick.example:8080", "https://lamp.example, http://wick.example", NULL, 0 },
		{ "https://lamp.example", "https://lamp.example", "http://wick.example, http://wick.example:8080", NULL, 0 },
		{ "https://b\xC3\xBC""cher.example", "https://xn--bcher-kva.example", "http://wick.example, http://wick.example:8080, https://lamp.example", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		err = (struct error){ 0 };
		int64_t before, after;
		fixture_must(tally_get(db, id, TALLY_PUBLICATION, "", &before, &err), &err);
		bool moved = publication_move(db, id, steps[i].url, &err);
		ok(moved ? !steps[i].complaint : steps[i].complaint && err.kind == steps[i].error && strstr(err.text, steps[i].complaint), mem_printf(t, "to '%s'", steps[i].url));
		is(lamp(id)->url, steps[i].is, "where it is then");
		is(former(lamp(id)), steps[i].former, "and where it was");
		fixture_must(tally_get(db, id, TALLY_PUBLICATION, "", &after, &err), &err);
		is_int(after - before, moved, "pages that are kept are made anew if it moved");
	}
}

static void hosts(int64_t id)
{
	static const struct { const char *host, *former; } cases[] = {
		{ "xn--bcher-kva.example", NULL }, { "XN--bcher-kva.example.:443", NULL },
		{ "lamp.example", "https://lamp.example" }, { "Lamp.Example.", "https://lamp.example" }, { "lamp.example:443", "https://lamp.example" },
		{ "wick.example:8080", "http://wick.example:8080" }, { "wick.example", "http://wick.example" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct publication *p = publication_by_host(t, db, cases[i].host, &err);
		ok(p && p->id == id, cases[i].host);
		is(p ? publication_former(p, cases[i].host) : "none", cases[i].former, "where it was, if it is no longer there");
	}
	ok(!publication_by_host(t, db, "wick.example:8081", &err) && err.kind == ERROR_NOT_FOUND, "another port is another host");
	struct publication *p = publication_choose(t, db, "lamp.example", &err);
	ok(p && p->id == id, "a former host names it for commands, too");
}

static void ours(const struct publication *p)
{
	static const struct { const char *url; bool at, host; } cases[] = {
		{ "https://xn--bcher-kva.example/x", true, true }, { "http://lamp.example/2026/x", true, true }, { "http://wick.example:8080", true, true },
		{ "http://wick.example:9/", false, true }, { "https://buoy.example/", false, false }, { "https://lamp.example.org/", false, false }, { "lamp.example", false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ok(publication_is_at(p, cases[i].url) == cases[i].at, cases[i].url);
		ok(publication_shares_host(p, cases[i].url) == cases[i].host, "whatever the port");
	}
	ok(!publication_is_at(p, NULL), "no URL is nowhere");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	int64_t id = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0)->id;
	int64_t other = fixture_publication(t, db, "https://bell.example", PUBLICATION_FREE, 0)->id, none;
	fixture_must(publication_move(db, other, "https://buoy.example", &err), &err);
	moves(id);
	hosts(id);
	const struct publication *p = lamp(id);
	ours(p);
	is(publication_actor_url(t, p), "https://lamp.example/@lamp", "the id of the actor stays");
	is(publication_address(t, p), "@lamp@lamp.example", "and its handle");
	is(publication_domain(t, p), "lamp.example", "and what ids are made of");
	struct publication **all;
	size_t count;
	fixture_must(publication_all(t, db, &all, &count, &err), &err);
	ok(count == 2 && strcmp(former(all[0]), former(p)) == 0 && strcmp(former(all[1]), "https://bell.example") == 0, "a list of all knows where each was");
	const struct publication_new with = { .url = "https://wick.example", .name = "Wick", .handle = "wick" };
	ok(!publication_add(db, &with, &none, &err) && err.kind == ERROR_EXISTS && none == id, "no new publication is where another was");
	const char *alias = "http://wick.example/users/ada";
	ok(!publication_set_also_known_as(db, id, &alias, 1, &err) && strstr(err.text, "own address"), "nor is an account of its own one elsewhere");
	ok(!db_run(db, "INSERT INTO publication_url (host, publication, url, since) VALUES ('wick.example', $1, 'https://wick.example', 1)", DB_ARGS(db_int(other)), &err) &&
	   err.kind == ERROR_EXISTS, "the database itself gives no host away");
	talloc_free(t);
	return tap_done();
}
