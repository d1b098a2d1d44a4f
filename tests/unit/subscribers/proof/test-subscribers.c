/* People, proofs, sessions and the gate. */
#include "gateway/base/system/clock.h"
#include "subscribers/plan/plan.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/session.h"
#include "unit/fixture.h"
#include <sys/wait.h>
#include <time.h>

static struct error err;
static const struct consent here = { "192.0.2.1", "Get the letter" };

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static struct proof *last_proof(struct db *db, const struct publication *p)
{
	return proof_get(db, db, p, count(db, "SELECT coalesce(max(id), 0) FROM proof"), &err);
}

static bool ask(struct db *db, const struct publication *p, const char *mail)
{
	return proof_ask_subscription(db, p, &(struct proof_request){ mail, "/2026/brass", here, 0 }, &err);
}

static void opting_in(struct db *db, const struct publication *p)
{
	ok(!ask(db, p, "nobody") && err.kind == ERROR_INVALID, "no address is refused");
	ok(ask(db, p, " Ada@EXAMPLE.net "), "a stranger may ask");
	struct address *a = address_find(db, db, p->id, ADDRESS_MAIL, "Ada@example.net", &err);
	ok(a && a->state == ADDRESS_PENDING, "and is pending");
	is_int(count(db, "SELECT count(*) FROM delivery"), 1, "one letter waits");
	struct proof *proof = last_proof(db, p), *found = proof_by_token(db, db, p, proof->token, NULL, &err);
	ok(found && found->purpose == PROOF_CONFIRM && !found->used, "the link is found");
	is(found->next, "/2026/brass", "and knows the way back");
	a = address_find(db, db, p->id, ADDRESS_MAIL, "Ada@example.net", &err);
	is_int(a->state, ADDRESS_PENDING, "looking changes nothing");
	ok(!proof_by_token(db, db, p, "1-x.y", NULL, &err) && err.kind == ERROR_NOT_FOUND, "a made-up link is not found");
	char *cookie;
	ok(proof_use(db, db, found, &here, &cookie, &err), "the button confirms");
	a = address_find(db, db, p->id, ADDRESS_MAIL, "Ada@example.net", &err);
	ok(a->state == ADDRESS_CONFIRMED && a->confirmed, "now it is confirmed");
	ok(!proof_use(db, db, found, &here, &cookie, &err) && err.kind == ERROR_EXISTS, "once");
	struct viewer v;
	ok(session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_SUBSCRIBER, "the cookie is a subscriber's");
	is(v.mail, "Ada@example.net", "with its address");
	a = address_find(db, db, p->id, ADDRESS_MAIL, "ADA@Example.net.", &err);
	is(a ? a->value : NULL, "Ada@example.net", "whoever types her address otherwise is her; letters go to what she typed");
	is_int(count(db, "SELECT count(*) FROM consent WHERE remote = '192.0.2.1'"), 2, "both steps are on record, with where they came from");
	is_int(count(db, "SELECT count(*) FROM consent WHERE wording = 'Get the letter'"), 2, "and what was shown");
	ok(session_close(db, cookie, &err) && session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_ANYBODY, "signed out is out");
}

/* Everything that a request could leave behind. */
static const char *const traces[] = { "proof", "delivery", "issue", "notice", "address", "subscriber", "consent", "session", "quarantine" };

static int64_t all_traces(struct db *db)
{
	int64_t sum = 0;
	for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
		sum += count(db, mem_printf(db, "SELECT count(*) FROM %s", traces[i]));
	return sum;
}

/* What the web does is the same for everybody: a row is written, and nothing is looked up. */
static void equal_work(struct db *db, const struct publication *p)
{
	static const struct {
		const char *mail;
		enum proof_purpose purpose;
		int letters; /* in the end */
	} asked[] = {
		{ "Known@example.net", PROOF_SIGN_IN, 1 }, { "nobody@example.net", PROOF_SIGN_IN, 0 }, { "known@example.net", PROOF_CONFIRM, 1 },
		{ "fresh@example.net", PROOF_CONFIRM, 1 }, { "gone@example.net", PROOF_SIGN_IN, 0 }, { "gone@example.net", PROOF_CONFIRM, 0 },
	};
	bool worked;
	int64_t id;
	ok(subscriber_add_confirmed(db, p->id, "known@example.net", &id, &err) && subscriber_add_confirmed(db, p->id, "gone@example.net", &id, &err) &&
	   subscriber_suppress(db, id, "no such user", &err), "one is known, one is suppressed");
	ok(!ask_put(db, p, PROOF_SIGN_IN, &(struct proof_request){ "nobody", "/", here, 0 }, &err) && err.kind == ERROR_INVALID, "what is no address is told at once");
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		int64_t before = all_traces(db), letters = count(db, "SELECT count(*) FROM delivery");
		ok(ask_put(db, p, asked[i].purpose, &(struct proof_request){ asked[i].mail, "/2026/brass", here, 0 }, &err), asked[i].mail);
		is_int(all_traces(db), before, "leaves no trace of who is known");
		is_int(count(db, "SELECT count(*) FROM ask"), 1, "but one row");
		ok(plan_step(db, &worked, &err) && worked, "which the planner takes");
		is_int(count(db, "SELECT count(*) FROM ask"), 0, "once");
		is_int(count(db, "SELECT count(*) FROM delivery") - letters, asked[i].letters, "and answers, or not");
	}
	is(last_proof(db, p)->next, "/2026/brass", "with the way back");
	/* A row that cannot be answered is set aside, and those behind it go on. */
	ok(ask_put(db, p, PROOF_CONFIRM, &(struct proof_request){ "bad@example.net", "/", here, 0 }, &err) &&
	   db_run(db, "UPDATE ask SET mail = 'no address'", DB_NONE, &err), "a row that is broken");
	ok(ask_put(db, p, PROOF_CONFIRM, &(struct proof_request){ "behind@example.net", "/", here, 0 }, &err), "and one behind it");
	for (worked = true; worked;)
		ok(plan_step(db, &worked, &err), "planning goes on");
	is_int(count(db, "SELECT count(*) FROM quarantine WHERE kind = 'request' AND since > 0"), 1, "the broken one is set aside");
	ok(address_find(db, db, p->id, ADDRESS_MAIL, "behind@example.net", &err) != NULL, "the other is answered");
}

static void no_telling(struct db *db, const struct publication *p)
{
	int64_t letters = count(db, "SELECT count(*) FROM delivery");
	struct proof_request known = { "Ada@example.net", "/", here, 0 }, unknown = { "who@example.net", "/", here, 0 };
	ok(proof_ask_sign_in(db, p, &unknown, &err), "an unknown address hears what a known one hears");
	is_int(count(db, "SELECT count(*) FROM delivery"), letters, "but gets no letter");
	ok(proof_ask_sign_in(db, p, &known, &err), "a known one");
	is_int(count(db, "SELECT count(*) FROM delivery"), letters + 1, "gets one");
	ok(ask(db, p, "Ada@example.net") && last_proof(db, p)->purpose == PROOF_SIGN_IN, "who subscribes already is sent a way in");
	for (int i = 0; i < 20; i++)
		ok(ask(db, p, "Ada@example.net"), "asking again and again looks the same");
	for (int i = 0; i < 20; i++)
		ok(ask(db, p, mem_printf(db, "a.da+%d@example.net", i)), "and so for a mailbox under many names");
	ok(count(db, "SELECT count(*) FROM delivery") <= letters + 3, "but does not fill a mailbox");
}

static void codes(struct db *db, const struct publication *p)
{
	ok(ask(db, p, "bob@example.net"), "bob asks");
	struct proof *proof = last_proof(db, p);
	char wrong[7] = "000000";
	wrong[0] = proof->code[0] == '0' ? '1' : '0';
	for (int i = 0; i < 4; i++)
		ok(!proof_by_code(db, db, p, "bob@example.net", wrong, &err), "a wrong code is wrong");
	static const char *const typed[] = { "BOB@example.net", "bob@EXAMPLE.net.", " bob@example.net\xE2\x80\x8B", "Bob <Bob@example.net>" };
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		ok(proof_by_code(db, db, p, typed[i], proof->code, &err) != NULL, "the right code is right, however bob types his address");
	char *apart = mem_printf(db, " %.3s-%s ", proof->code, proof->code + 3);
	ok(proof_by_code(db, db, p, "bob@example.net", apart, &err) != NULL, "and however he sets it apart");
	ok(!proof_by_code(db, db, p, "bob@example.net", wrong, &err), "a fifth wrong one");
	ok(!proof_by_code(db, db, p, "bob@example.net", proof->code, &err), "kills the code");
	char *cookie;
	struct proof *link = proof_by_token(db, db, p, proof->token, NULL, &err);
	ok(link && proof_use(db, db, link, &here, &cookie, &err), "but not the link, which only the mailbox has");
}

static void leaving(struct db *db, const struct publication *p, const struct publication *other)
{
	int64_t id, again;
	ok(subscriber_add_confirmed(db, p->id, "carol@example.net", &id, &err), "the owner vouches for carol");
	ok(!subscriber_add_confirmed(db, p->id, "carol@example.net", &again, &err) && err.kind == ERROR_EXISTS, "once");
	ok(db_begin(db, &err) && !subscriber_add_confirmed(db, p->id, "carol@example.net", &again, &err) &&
	   subscriber_add_confirmed(db, p->id, "cora@example.net", &again, &err) && db_commit(db, &err) &&
	   subscriber_leave(db, again, &(struct consent){ "", "gone again" }, &err), "and a refusal ends no transaction with others in it");
	char *token = proof_leave_token(db, p, id);
	ok(proof_leave_address(db, p, token, &again, &err) && again == id, "her way out names her");
	ok(!proof_leave_address(db, other, token, &again, &err), "at her publication only");
	ok(subscriber_leave(db, id, &here, &err) && subscriber_leave(db, id, &here, &err), "leaving twice is fine");
	ok(!subscriber_add_confirmed(db, p->id, "carol@example.net", &again, &err) && err.kind == ERROR_INVALID, "the owner cannot bring her back");
	ok(subscriber_return(db, id, &here, &err), "she can");
	struct address *a = address_get(db, db, id, &err);
	is_int(a->state, ADDRESS_CONFIRMED, "and is back");
	ok(subscriber_follow(db, p->id, "https://s.example/@u", "https://s.example/f/1", &id, &err) &&
	   subscriber_follow(db, p->id, "https://s.example/@u", "https://s.example/f/2", &again, &err) && id == again, "a follower who follows twice is one");
	ok(!subscriber_add_confirmed(db, p->id, "CAROL@example.net", &again, &err) && err.kind == ERROR_EXISTS, "she is one person in capital letters, too");
	int64_t n;
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 4, "ada, bob, carol and the follower");
}

static void ended(struct db *db, const struct publication *p)
{
	int64_t id;
	char *cookie;
	struct viewer v;
	ok(subscriber_add_confirmed(db, p->id, "dora@example.net", &id, &err), "dora is added");
	struct address *a = address_get(db, db, id, &err);
	ok(session_open(db, db, a->subscriber, &cookie, &err) && proof_ask_sign_in(db, p, &(struct proof_request){ "dora@example.net", "/", here, 0 }, &err),
	   "she is signed in, and asked for another link");
	struct proof *proof = last_proof(db, p);
	ok(session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_SUBSCRIBER && tier_set(db, a->subscriber, TIER_SUPPORTER, &err) &&
	   session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_SUPPORTER, "a tier is in force within a session");
	ok(session_end_all(db, a, &err) && session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_ANYBODY, "who is removed is signed out");
	ok(!proof_by_token(db, db, p, proof->token, NULL, &err) && !proof_by_code(db, db, p, "dora@example.net", proof->code, &err), "and her link and code are dead");
}

static void gates(struct db *db)
{
	static const struct { enum publication_gate gate; int64_t number; bool new_locked, old_locked; const char *what; } cases[] = {
		{ PUBLICATION_FREE, 0, false, false, "free" }, { PUBLICATION_ALL, 0, true, true, "all" },
		{ PUBLICATION_OLDER, 30, false, true, "older than 30 days" }, { PUBLICATION_BEYOND, 1, false, true, "beyond the newest" },
	};
	const char *text = "<p>Opening words that anybody may read, and enough of them to stand alone as a paragraph here.</p><p>Second canary.</p><p>Third one.</p>";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct publication *p = fixture_publication(db, db, mem_printf(db, "https://gate%zu.example", i), cases[i].gate, cases[i].number);
		int64_t old = fixture_post(db, p->id, "old", text, clock_now() - 90 * CLOCK_DAY, false);
		int64_t new = fixture_post(db, p->id, "new", text, clock_now() - CLOCK_DAY, false);
		struct gate gate;
		enum gate_view view;
		struct viewer reader = { VIEWER_SUBSCRIBER, p->id, 1, NULL }, stranger = { VIEWER_SUBSCRIBER, p->id + 1, 1, NULL };
		struct entry *o = archive_get(db, db, old, &err), *n = archive_get(db, db, new, &err);
		ok(gate_of(db, p, &gate, &err) && gate_locked(&gate, o) == cases[i].old_locked && gate_locked(&gate, n) == cases[i].new_locked, cases[i].what);
		struct entry *shown = gate_show(db, &gate, o, GATE_ANYBODY, &view);
		ok((view == GATE_TEASER) == cases[i].old_locked && (strstr(shown->content, "Third") == NULL) == cases[i].old_locked, "a stranger reads no more than the opening");
		ok(strstr(gate_show(db, &gate, o, &reader, &view)->content, "Third") != NULL, "a subscriber reads all");
		gate_show(db, &gate, o, &stranger, &view);
		ok((view == GATE_TEASER) == cases[i].old_locked, "another publication's subscriber is a stranger");
		ok((strstr(shown->excerpt, "Third") == NULL) == cases[i].old_locked && !shown->whole_excerpt == cases[i].old_locked, "so are excerpts");
		int64_t note = fixture_post(db, p->id, "", "<p>On Facebook you are who they say you are.</p>", clock_now() - 90 * CLOCK_DAY, false);
		struct entry *untitled = archive_get(db, db, note, &err);
		is(gate_title(db, &gate, untitled, GATE_ANYBODY), cases[i].old_locked ? "On Facebook you are…" : "On Facebook you are who they say you are.", "and titles of posts that have none");
		is(gate_title(db, &gate, untitled, &reader), "On Facebook you are who they say you are.", "whole for who may read it");
		archive_set_access(db, old, ENTRY_ACCESS_GATED, &err);
		archive_set_access(db, new, ENTRY_ACCESS_FREE, &err);
		o = archive_get(db, db, old, &err), n = archive_get(db, db, new, &err);
		ok(gate_locked(&gate, o) && !gate_locked(&gate, n), "an entry's own access wins");
		archive_withdraw(db, old, &err);
		ok(gate_show(db, &gate, archive_get(db, db, old, &err), &reader, &view) == NULL, "nobody reads what was withdrawn");
	}
}

/* In a process of its own, on a connection of its own to the same schema: what expires is deleted. */
static void sweep_elsewhere(const char *schema, int64_t now)
{
	struct db *db = db_open(NULL, getenv("TEST_DATABASE"), &err);
	fixture_must(db && db_run(db, mem_printf(db, "SET search_path TO %s", schema), DB_NONE, &err), &err);
	bool fine = session_sweep(db, now, &err);
	_exit(fine || err.kind == ERROR_TEMPORARY ? 0 : 1);
}

/* An address that waited too long is confirmed by the owner while it is swept away. */
static void sweeping(struct db *db, const struct publication *p)
{
	char *schema;
	int64_t id, now = clock_now(), kept;
	ok(ask(db, p, "late@example.net") && db_run(db, "DELETE FROM proof", DB_NONE, &err), "somebody asked, and never confirmed");
	if (!getenv("TEST_DATABASE")) {
		ok(session_sweep(db, now + 6 * CLOCK_DAY, &err) && address_find(db, db, p->id, ADDRESS_MAIL, "late@example.net", &err), "six days are not enough");
		ok(session_sweep(db, now + 8 * CLOCK_DAY, &err) && !address_find(db, db, p->id, ADDRESS_MAIL, "late@example.net", &err), "and is forgotten");
		return;
	}
	fixture_must(db_get_text(db, db, "SELECT CAST(current_schema() AS TEXT)", DB_NONE, &schema, &err) && db_begin(db, &err), &err);
	ok(subscriber_add_confirmed(db, p->id, "late@example.net", &id, &err), "the owner adds the address");
	pid_t child = fork();
	if (!child)
		sweep_elsewhere(schema, now + 8 * CLOCK_DAY);
	/* Until the other process waits for us. */
	for (int64_t waits = 0; !waits; nanosleep(&(struct timespec){ 0, 10000000 }, NULL))
		fixture_must(db_get_int(db, "SELECT count(*) FROM pg_locks WHERE NOT granted", DB_NONE, &waits, &err), &err);
	int status = -1;
	ok(db_commit(db, &err) && waitpid(child, &status, 0) == child && status == 0, "while it is to be forgotten");
	ok(address_find(db, db, p->id, ADDRESS_MAIL, "late@example.net", &err), "and it stays");
	ok(subscriber_count(db, p->id, ADDRESS_MAIL, &kept, &err) && kept == count(db, mem_printf(db, "SELECT count(*) FROM address WHERE state = 1 AND kind = 0 AND publication = %lld",
	                                                                                          (long long)p->id)), "as it is counted");
}

/* The last one: what it breaks stays so. */
static void out_of_reach(struct db *db, const struct publication *p)
{
	int64_t address;
	struct error why = { 0 };
	char *token = proof_leave_token(db, p, 1);
	fixture_must(db_run(db, "ALTER TABLE address RENAME TO away", DB_NONE, &why), &why);
	ok(!proof_leave_address(db, p, token, &address, &why) && why.kind && why.kind != ERROR_NOT_FOUND, "a link that cannot be looked up is not one that is none");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	struct publication *other = fixture_publication(t, db, "https://other.example", PUBLICATION_FREE, 0);
	opting_in(db, p);
	no_telling(db, p);
	codes(db, p);
	leaving(db, p, other);
	ended(db, p);
	gates(db);
	sweeping(db, p);
	equal_work(db, p);
	out_of_reach(db, p);
	talloc_free(t);
	return tap_done();
}
