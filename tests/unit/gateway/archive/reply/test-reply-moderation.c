/* test-reply-moderation - what the owner's word does, and what becomes of it when the author changes theirs. */
#include "gateway/archive/reply/reply_moderation.h"
#include "gateway/archive/store/tally.h"
#include "unit/fixture.h"

static struct error err;
static struct db *db;
static struct publication *p;
static void *t;

static struct reply a_reply(const char *object, const char *content)
{
	return (struct reply){ .publication = p->id, .entry = 1, .kind = REPLY_REPLY, .open = true, .actor = "https://fedi.example/ann", .host = "fedi.example", .name = "Ann",
	                       .handle = "@ann@fedi.example", .object = object, .content = content, .attachments = "[]", .published = 5, .received = 5 };
}

static int64_t store(struct reply r, enum reply_outcome want)
{
	int64_t id;
	enum reply_outcome outcome = REPLY_KNOWN;
	fixture_must(db_begin(db, &err) && db_end(db, reply_store(db, &r, &outcome, &err), &err), &err);
	is_int(outcome, want, "stored as wanted");
	fixture_must(db_get_int(db, "SELECT id FROM reply WHERE object = $1", DB_ARGS(db_text(r.object)), &id, &err), &err);
	return id;
}

static int64_t version(void)
{
	struct tally_versions v;
	fixture_must(tally_versions(db, p->id, &v, &err), &err);
	return v.archive;
}

static int64_t shown(void)
{
	struct reply **all;
	fixture_must(reply_shown(t, db, 1, 10, &all, &err), &err);
	return (int64_t)talloc_array_length(all);
}

static void decisions(int64_t id)
{
	static const struct {
		enum reply_decision decision;
		bool changed;
		int64_t shown;
		int pages; /* does the version of the pages change? */
	} steps[] = {
		{ REPLY_HIDE, false, 0, 0 }, { REPLY_APPROVE, true, 1, 1 }, { REPLY_APPROVE, false, 1, 0 }, { REPLY_HIDE, true, 0, 1 }, { REPLY_APPROVE, true, 1, 1 },
		{ REPLY_REFUSE, true, 0, 1 }, { REPLY_REFUSE, false, 0, 0 },
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		bool changed;
		int64_t before = version();
		fixture_must(reply_decide(db, id, steps[i].decision, &changed, &err), &err);
		is_int(changed, steps[i].changed, "what it changes");
		is_int(shown(), steps[i].shown, "what is shown");
		is_int(version() > before, steps[i].pages, "pages that were kept");
	}
	struct reply *r = reply_get(t, db, id, &err);
	ok(r && r->state == REPLY_GONE && !*r->content && !*r->name, "of a refused one nothing is left");
	bool changed;
	ok(!reply_decide(db, id, REPLY_APPROVE, &changed, &err) && err.kind == ERROR_NOT_FOUND, "it cannot be approved any more");
	store(a_reply("https://fedi.example/1", "x"), REPLY_KNOWN);
	is_int(shown(), 0, "nor does it come back");
}

static void not_for_all(void)
{
	struct reply cases[] = { a_reply("https://fedi.example/a", "x"), a_reply("https://fedi.example/b", "x"), a_reply("https://fedi.example/c", "x") };
	cases[0].open = false;
	cases[1].entry = 0;
	cases[2].kind = REPLY_REPORT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool changed;
		int64_t id = store(cases[i], REPLY_STORED);
		ok(!reply_decide(db, id, REPLY_APPROVE, &changed, &err) && err.kind == ERROR_INVALID, "what was not written for everybody, or is about no post, is not shown");
	}
	bool changed;
	ok(!reply_decide(db, 9999, REPLY_APPROVE, &changed, &err) && err.kind == ERROR_NOT_FOUND, "one that is not there");
}

static void authors(void)
{
	bool changed, removed;
	int64_t id = store(a_reply("https://fedi.example/2", "first"), REPLY_STORED), before;
	fixture_must(reply_decide(db, id, REPLY_APPROVE, &changed, &err) && db_run(db, "UPDATE reply SET told = 1", DB_NONE, &err), &err);
	store(a_reply("https://fedi.example/2", "first"), REPLY_KNOWN);
	is_int(shown(), 1, "the same text stays");
	before = version();
	store(a_reply("https://fedi.example/2", "second"), REPLY_REVISED);
	is_int(shown(), 0, "another text waits again");
	ok(version() > before, "and pages that had the first are not used");
	struct reply *r = reply_get(t, db, id, &err);
	ok(r && r->told == 0 && strcmp(r->content, "second") == 0, "the owner is told of it");
	fixture_must(reply_decide(db, id, REPLY_APPROVE, &changed, &err), &err);
	before = version();
	fixture_must(reply_remove(db, r->actor, r->object, &removed, &err), &err);
	ok(removed && shown() == 0 && version() > before, "what its author deletes is on no page");
	id = store(a_reply("https://fedi.example/3", "third"), REPLY_STORED);
	fixture_must(reply_decide(db, id, REPLY_APPROVE, &changed, &err), &err);
	before = version();
	fixture_must(reply_forget(db, r->actor, &err), &err);
	ok(shown() == 0 && version() > before, "nor what an account wrote that is gone");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	fixture_post(db, p->id, "brass", "<p>hello</p>", 1, true);
	decisions(store(a_reply("https://fedi.example/1", "x"), REPLY_STORED));
	not_for_all();
	authors();
	talloc_free(t);
	return tap_done();
}
