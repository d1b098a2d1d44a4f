/* Readers who want to follow from their own server: their rows, from the form until they are forgotten. */
#include "gateway/archive/store/remote_follow.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "unit/fixture.h"
#include <string.h>

static void *t;
static struct error err;
static struct db *db;
static struct publication *p;

/* Its token; NULL: too many. */
static char *add(const char *typed, const char *remote)
{
	char *token;
	int64_t wait;
	struct handle *who = handle_parse(t, typed, &err);
	fixture_must(who && remote_follow_can_ask(who, typed), &err);
	fixture_must(remote_follow_add(t, db, p->id, who, typed, remote, &token, &wait, &err), &err);
	ok(!token == (wait > 0), "there is a token, or a time to wait");
	return token;
}

static size_t claim(struct remote_follow ***all)
{
	bool waits;
	fixture_must(remote_follow_waits(db, &waits, &err) && remote_follow_claim(t, db, 10, 5000, all, &err), &err);
	ok(waits == (talloc_array_length(*all) > 0), "what waits is claimed");
	return talloc_array_length(*all);
}

static void age(int64_t ms) { fixture_must(db_run(db, "UPDATE remote_follow SET created = created - $1, due = due - $1", DB_ARGS(db_int(ms)), &err), &err); }

static int64_t count(void)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, "SELECT count(*) FROM remote_follow", DB_NONE, &n, &err), &err);
	return n;
}

static void asked(void)
{
	static const struct {
		const char *typed, *resource, *host; /* resource: NULL: it cannot be asked */
	} cases[] = {
		{ "@ada@fedi.example", "acct:ada@fedi.example", "fedi.example" },
		{ " acct:ada@fedi.example:8443", "acct:ada@fedi.example:8443", "fedi.example:8443" },
		{ "@ada@b\xC3\xBC" "cher.example", "acct:ada@xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ " https://fedi.example/@ada ", "https://fedi.example/@ada", "fedi.example" },
		{ "fedi.example", NULL, "fedi.example" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct handle *who = handle_parse(t, cases[i].typed, &err);
		fixture_must(who != NULL, &err);
		ok(remote_follow_can_ask(who, cases[i].typed) == (cases[i].resource != NULL), cases[i].typed);
		struct remote_follow *f = cases[i].resource ? remote_follow_get(t, db, p->id, add(cases[i].typed, "192.0.2.1"), &err) : NULL;
		is(f ? f->resource : NULL, cases[i].resource, "... what is asked for");
		is(f ? f->host : who->host, cases[i].host, "... and whom");
	}
	fixture_must(db_run(db, "DELETE FROM remote_follow", DB_NONE, &err), &err);
}

static void answered(void)
{
	struct remote_follow **all;
	char *token = add("@ada@fedi.example", "192.0.2.1");
	is_int(remote_follow_get(t, db, p->id, token, &err)->state, REMOTE_FOLLOW_WAITING, "a reader waits");
	ok(!remote_follow_get(t, db, p->id, "guessed", &err) && err.kind == ERROR_NOT_FOUND, "nobody else sees the row");
	ok(!remote_follow_get(t, db, p->id + 1, token, &err) && err.kind == ERROR_NOT_FOUND, "nor another publication");
	is_int((int64_t)claim(&all), 1, "it is claimed");
	struct remote_follow *f = all[0];
	is_int((int64_t)claim(&all), 0, "once");
	f->state = REMOTE_FOLLOW_FOUND, f->url = "https://fedi.example/follow", f->own = true;
	fixture_must(remote_follow_record(db, f, &err), &err);
	f = remote_follow_get(t, db, p->id, token, &err);
	ok(f->state == REMOTE_FOLLOW_FOUND && strcmp(f->url, "https://fedi.example/follow") == 0 && f->own, "what was found is there");
	age(6000);
	is_int((int64_t)claim(&all), 0, "and nothing is asked again");
	age(10 * CLOCK_MINUTE);
	ok(!remote_follow_get(t, db, p->id, token, &err), "ten minutes later it is over");
	fixture_must(remote_follow_sweep(db, clock_now(), &err), &err);
	is_int(count(), 0, "and forgotten");
}

static void silence(void)
{
	struct remote_follow **all;
	char *token = add("@ada@fedi.example", "192.0.2.1");
	is_int((int64_t)claim(&all), 1, "a worker claims it and ends");
	age(5001);
	is_int((int64_t)claim(&all), 1, "another does when the lease has ended");
	age(5001);
	is_int((int64_t)claim(&all), 0, "nobody tries a third time");
	age(5000);
	is_int(remote_follow_get(t, db, p->id, token, &err)->state, REMOTE_FOLLOW_SILENT, "who waits for too long is told so");
	token = add("@ada@fedi.example", "192.0.2.1");
	age(REMOTE_FOLLOW_PATIENCE + 1);
	is_int((int64_t)claim(&all), 0, "for whom nobody waits any more, nothing is asked");
	fixture_must(db_run(db, "UPDATE remote_follow SET created = created + 86400000", DB_NONE, &err) && remote_follow_sweep(db, clock_now(), &err), &err);
	is_int(count(), 0, "what is of tomorrow goes, too");
	fixture_must(db_run(db, "DELETE FROM remote_follow", DB_NONE, &err), &err);
}

static void limits(void)
{
	fixture_must(db_run(db, "DELETE FROM pace", DB_NONE, &err), &err);
	for (int i = 0; i < 20; i++)
		ok(add("@ada@fedi.example", "192.0.2.1") != NULL, "one of twenty");
	ok(!add("@ada@other.example", "192.0.2.200"), "a network has so many");
	is_int(count(), 20, "and no row more");
	for (int i = 0; i < 40; i++)
		ok(add("@ada@fedi.example", mem_printf(t, "198.51.%d.1", i)) != NULL, "one of forty others");
	ok(!add("@ada@fedi.example", "203.0.113.1"), "so many go to one host");
	ok(add("@ada@other.example", "203.0.113.1") != NULL, "but another is asked");
	fixture_must(db_run(db, "UPDATE pace SET full_at = $1 WHERE name = 'following all'", DB_ARGS(db_int(clock_now() + 300 * CLOCK_SECOND)), &err), &err);
	ok(!add("@ada@last.example", "203.0.114.1"), "until the instance has so many");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	asked();
	answered();
	silence();
	limits();
	talloc_free(t);
	return tap_done();
}
