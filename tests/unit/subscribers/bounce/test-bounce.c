/* test-bounce - what a letter that came back means: once for each delivery, whoever reports it, and for nobody else. */
#include "unit/fixture.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/inbound/returned.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/plan/plan.h"
#include "subscribers/proof/proof.h"

enum { READERS = 8 };

static struct error err;

static int64_t number(struct db *db, const char *sql, int64_t one)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_ARGS(db_int(one)), &n, &err), &err);
	return n;
}

static int64_t reader(struct db *db, const struct publication *p, const char *mail)
{
	int64_t id;
	fixture_must(subscriber_add_confirmed(db, p->id, mail, &id, &err), &err);
	return id;
}

static void plan(struct db *db)
{
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
}

/* Sends a post to everybody; the delivery of the address. */
static int64_t sent(struct db *db, const struct publication *p, int64_t address)
{
	static int count;
	int64_t entry = fixture_post(db, p->id, mem_printf(db, "post-%d", ++count), "<p>hello</p>", clock_now(), true);
	plan(db);
	fixture_must(db_run(db, "UPDATE delivery SET state = $1, next_try = NULL, finished = $2 WHERE next_try < $3",
	                    DB_ARGS(db_int(DELIVERY_DELIVERED), db_int(clock_now()), db_int(PAUSE_UNTIL)), &err), &err);
	int64_t id = 0;
	db_get_int(db, "SELECT d.id FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = $1 AND i.entry = $2", DB_ARGS(db_int(address), db_int(entry)), &id, &err);
	return id;
}

static int64_t state_of(struct db *db, int64_t address) { return number(db, "SELECT state FROM address WHERE id = $1", address); }

/* A report to this return path; the reply and status of the other server. */
static char *report(void *t, const char *to, const char *recipient, const char *action, const char *words)
{
	return mem_printf(t, "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.test\r\nTo: <%s>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
	                     "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.test\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: %s\r\n"
	                     "Status: 5.0.0\r\nDiagnostic-Code: smtp; %s\r\n\r\n--b--\r\n", to, recipient, action, words);
}

static struct returned take(void *t, struct db *db, const char *message)
{
	struct returned r;
	fixture_must(returned_take(t, db, message, strlen(message), NULL, &r, &err), &err);
	return r;
}

static const char *effect(const struct returned *r) { return r->counts ? bounce_effect_name(r->effect) : "ignored"; }

static char *path(void *t, const struct publication *p, int64_t delivery) { return mem_printf(t, "b+%s@bounces.test", bounce_token(t, p, delivery)); }

static void check_dead(void *t, struct db *db, const struct publication *p)
{
	int64_t ada = reader(db, p, "ada@mail.test"), d = sent(db, p, ada);
	const char *words = "550 5.1.1 user unknown", *to = path(t, p, d);
	struct returned r = take(t, db, report(t, to, "ada@mail.test", "delayed", words));
	is(effect(&r), "ignored", "what is still tried counts for nothing");
	/* Forged, foreign, old-fashioned. */
	char *forged = mem_dup(t, to);
	forged[strlen(forged) - strlen("@bounces.test") - 1] ^= 1;
	r = take(t, db, report(t, forged, "ada@mail.test", "failed", words));
	ok(!r.ours && state_of(db, ada) == ADDRESS_CONFIRMED, "a forged report changes nothing");
	r = take(t, db, report(t, "b+1@bounces.test", "ada@mail.test", "failed", words));
	ok(!r.ours && state_of(db, ada) == ADDRESS_CONFIRMED, "nor does one without a token");
	r = take(t, db, report(t, mem_printf(t, "b+%s@bounces.test", proof_return_token(t, p, d)), "ada@mail.test", "failed", words));
	ok(!r.ours && state_of(db, ada) == ADDRESS_CONFIRMED, "nor one with the token of the Message-ID, which is public");
	r = take(t, db, report(t, to, "elsewhere@mail.test", "failed", words));
	is_int(r.kind, BOUNCE_TEMPORARY, "an address that it was sent on to is not ours");
	is_int(state_of(db, ada), ADDRESS_CONFIRMED, "and ours is not dead");
	r = take(t, db, report(t, text_lower(t, to), "ADA@mail.test", "failed", words));
	is(effect(&r), "suppressed", "a dead address is suppressed, in whatever case it is told");
	is_int(state_of(db, ada), ADDRESS_SUPPRESSED, "at once");
	struct address *a = address_get(t, db, ada, &err);
	ok(a && strstr(a->reason, "5.1.1"), "with the server's words");
	is_int(number(db, "SELECT state FROM delivery WHERE id = $1", d), DELIVERY_FAILED, "the ledger tells that it did not arrive");
	r = take(t, db, report(t, to, "ada@mail.test", "failed", words));
	is(effect(&r), "known before", "the second report changes nothing");
	is_int(number(db, "SELECT count(*) FROM bounce WHERE address = $1", ada), 2, "and is not stored again");
	/* Brought back by the owner, the old report does not end it again. */
	fixture_must(subscriber_unsuppress(db, ada, &err), &err);
	take(t, db, report(t, to, "ada@mail.test", "failed", words));
	is_int(state_of(db, ada), ADDRESS_CONFIRMED, "nor after the owner has brought the address back");
}

static void check_places(void *t, struct db *db, const struct publication *p)
{
	int64_t bob = reader(db, p, "bob@mail.test");
	const char *token = bounce_token(t, p, sent(db, p, bob));
	char *plain = report(t, "me@list.test", "bob@mail.test", "failed", "550 5.1.1 user unknown");
	struct returned r;
	ok(!take(t, db, plain).ours, "a report to nobody");
	fixture_must(returned_take(t, db, plain, strlen(plain), mem_printf(t, "back+%s@mail.test", token), &r, &err), &err);
	is(effect(&r), "suppressed", "the mail server may know the recipient");
	token = bounce_token(t, p, sent(db, p, reader(db, p, "cy@mail.test")));
	r = take(t, db, text_replace(t, report(t, "me@list.test", "cy@mail.test", "failed", "550 5.1.1 no"), "Reporting-MTA", mem_printf(t, "Original-Envelope-Id: %s\r\nReporting-MTA", token)));
	is(effect(&r), "suppressed", "so may the envelope id");
}

#define ARF "From: fbl@mail.test\r\nTo: fbl@list.test\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n" \
	"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: %s\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <%s@list.test>\r\nFrom: me@list.test\r\n\r\n--b--\r\n"

static void check_complaint(void *t, struct db *db, const struct publication *p)
{
	int64_t dee = reader(db, p, "dee@mail.test"), d = sent(db, p, dee);
	const char *id = proof_return_token(t, p, d);
	struct returned r = take(t, db, mem_printf(t, ARF, "auth-failure", id));
	is(effect(&r), "ignored", "a failure of DMARC is no reader's complaint");
	r = take(t, db, mem_printf(t, ARF, "abuse", id));
	is(effect(&r), "left", "a complaint ends the subscription");
	is_int(state_of(db, dee), ADDRESS_LEFT, "as if they had left");
	is_int(number(db, "SELECT count(*) FROM consent WHERE address = $1 AND event = 2 AND wording LIKE '%provider: abuse%'", dee), 1, "and the consents tell how");
	is_int(number(db, "SELECT state FROM delivery WHERE id = $1", d), DELIVERY_DELIVERED, "they have the letter");
	r = take(t, db, mem_printf(t, ARF, "abuse", id));
	is(effect(&r), "known before", "once");
}

/* A letter came back every day for days; the days pass by moving what was stored. */
static int64_t days_until_over(void *t, struct db *db, const struct publication *p, int64_t address, const char *mail, int step, int most)
{
	for (int day = 0; day < most; day += step) {
		struct returned r = take(t, db, report(t, path(t, p, sent(db, p, address)), mail, "failed", "552 5.2.2 mailbox full"));
		if (r.effect == BOUNCE_PROBED)
			return day;
		fixture_must(db_run(db, "UPDATE address SET bounce_time = bounce_time - $2, bounce_since = bounce_since - $2 WHERE id = $1",
		                    DB_ARGS(db_int(address), db_int(step * CLOCK_DAY)), &err), &err);
	}
	return -1;
}

/* The delivery of the probe that an address was sent. */
static int64_t probe_of(struct db *db, int64_t address)
{
	return number(db, "SELECT d.id FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = $1 AND i.notice LIKE '%probe%' ORDER BY d.id DESC LIMIT 1", address);
}

static void check_probe(void *t, struct db *db, const struct publication *p)
{
	const char *full = "552 5.2.2 mailbox full";
	int64_t fay = reader(db, p, "fay@mail.test"), joy = reader(db, p, "joy@mail.test");
	int64_t days = days_until_over(t, db, p, fay, "fay@mail.test", 1, 60);
	ok(days >= 14 && days <= 16, "a mailbox that is full for two weeks is sent a probe, with daily letters");
	is_int(state_of(db, fay), ADDRESS_CONFIRMED, "and is a reader still");
	is_int(number(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = $1 AND i.notice LIKE '%probe%'", fay), 1, "one");
	int64_t probe = probe_of(db, fay), other = sent(db, p, fay);
	struct returned r = take(t, db, report(t, path(t, p, other), "fay@mail.test", "failed", full));
	is(effect(&r), "counted", "another letter that comes back meanwhile ends nothing");
	r = take(t, db, report(t, path(t, p, probe), "fay@mail.test", "delayed", full));
	is(effect(&r), "ignored", "nor does a probe that is late");
	r = take(t, db, report(t, path(t, p, probe), "fay@mail.test", "failed", full));
	is(effect(&r), "suppressed", "only when the probe comes back, nothing is sent there again");
	struct address *a = address_find(t, db, p->id, ADDRESS_MAIL, "fay@mail.test", &err);
	ok(a && strstr(a->reason, "full since 20"), "the reason says since when");
	/* The owner brings it back; the mailbox works again, and fails again much later: it all begins anew. */
	fixture_must(subscriber_unsuppress(db, fay, &err), &err);
	r = take(t, db, report(t, path(t, p, sent(db, p, fay)), "fay@mail.test", "failed", full));
	is(effect(&r), "counted", "brought back, one letter is not enough");
	days_until_over(t, db, p, joy, "joy@mail.test", 1, 60);
	fixture_must(db_run(db, "UPDATE address SET bounce_time = bounce_time - $2 WHERE id = $1", DB_ARGS(db_int(joy), db_int(2 * CLOCK_DAY)), &err), &err);
	r = take(t, db, report(t, path(t, p, sent(db, p, joy)), "joy@mail.test", "failed", full));
	is(effect(&r), "counted", "a probe that arrives ends what was counted before");
	is_int(number(db, "SELECT bounce_score FROM address WHERE id = $1", joy), 1000, "all of it");
	const struct delivery_outcome refused = { .delivery = probe_of(db, joy), .state = DELIVERY_FAILED, .reason = DELIVERY_GAVE_UP, .words = "451 not now" };
	ok(bounce_outcomes(db, &refused, 1, &err) && state_of(db, joy) == ADDRESS_SUPPRESSED, "a probe that a server refuses at once has come back, too");
}

static void check_full(void *t, struct db *db, const struct publication *p)
{
	int64_t eve = reader(db, p, "eve@mail.test");
	for (int i = 0; i < 10; i++)
		take(t, db, report(t, path(t, p, sent(db, p, eve)), "eve@mail.test", "failed", "552 5.2.2 mailbox full"));
	is_int(number(db, "SELECT bounce_score FROM address WHERE id = $1", eve), 1000, "ten letters of one day count as one");
	int64_t days = days_until_over(t, db, p, reader(db, p, "gus@mail.test"), "gus@mail.test", 7, 365);
	ok(days >= 35 && days <= 84, "with weekly ones it takes longer");
	days = days_until_over(t, db, p, reader(db, p, "hal@mail.test"), "hal@mail.test", 30, 730);
	is_int(days, -1, "now and then is no reason");
}

static void check_policy(void *t, struct db *db, const struct publication *p)
{
	int64_t readers[READERS], d = 0;
	struct returned r = { 0 };
	for (int i = 0; i < READERS; i++)
		readers[i] = reader(db, p, mem_printf(t, "p%d@mail.test", i));
	for (int i = 0; i < 3; i++) {
		is_int(number(db, "SELECT count(*) FROM pause WHERE publication = $1", p->id), 0, "a host or two that refuse us are their own affair");
		d = sent(db, p, readers[i]);
		r = take(t, db, report(t, path(t, p, d), mem_printf(t, "p%d@mail.test", i), "failed", "550 5.7.26 DMARC policy"));
	}
	is(effect(&r), "paused", "when several refuse us, the publication pauses");
	is_int(state_of(db, readers[0]), ADDRESS_CONFIRMED, "no reader is to blame");
	is_int(number(db, "SELECT count(*) FROM notice WHERE publication = $1 AND text LIKE '%DMARC one of _dmarc%'", p->id), 1, "its owner is told what to mend");
	/* What is planned now waits; notices do not. */
	is_int(sent(db, p, readers[3]) > 0 && number(db, "SELECT count(*) FROM delivery WHERE next_try = $1", PAUSE_UNTIL) >= READERS, 1, "new letters wait");
	is_int(number(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE i.kind = 3 AND i.publication = $1 AND d.state = 2", p->id) > 0, 1, "the letter to the owner does not");
	r = take(t, db, report(t, path(t, p, d), "p2@mail.test", "failed", "550 5.7.26 DMARC policy"));
	is(effect(&r), "known before", "once");
	/* A role that starts looks for rows that a wrong clock has put off. */
	static const struct quarantine_kind *const queues[] = { &ledger_letters, NULL };
	int64_t letters, paused = number(db, "SELECT count(*) FROM delivery WHERE next_try = $1", PAUSE_UNTIL);
	struct quarantine_watch watch = { 0 };
	ok(quarantine_watch(db, queues, &watch, &err), "a role starts");
	is_int(number(db, "SELECT count(*) FROM delivery WHERE next_try = $1", PAUSE_UNTIL), paused, "and they wait on");
	char **hosts;
	ok(pause_hosts(t, db, &hosts, &err) && talloc_array_length(hosts) == 1 && !strcmp(hosts[0], "lamp.test"), "which is said");
	ok(pause_end(db, p->id, &letters, &err) && letters >= READERS, "the owner lets them go");
	is_int(number(db, "SELECT count(*) FROM delivery WHERE next_try = $1", PAUSE_UNTIL), 0, "all of them");
	ok(!pause_end(db, p->id, &letters, &err) && err.kind == ERROR_NOT_FOUND, "once");
}

static void check_replies(void *t, struct db *db, const struct publication *p)
{
	int64_t ivy = reader(db, p, "ivy@mail.test"), d = sent(db, p, ivy);
	const struct delivery_outcome outcomes[] = {
		{ .delivery = d, .state = DELIVERY_FAILED, .reason = DELIVERY_FULL, .words = "552 5.2.2 full" },
		{ .delivery = d, .state = DELIVERY_FAILED, .reason = DELIVERY_FULL, .words = "552 5.2.2 full" },
		{ .delivery = d, .state = DELIVERY_DEFERRED, .reason = DELIVERY_NETWORK, .words = "later" },
	};
	ok(bounce_outcomes(db, outcomes, 3, &err), "refusals at once");
	is_int(number(db, "SELECT bounce_score FROM address WHERE id = $1", ivy), 1000, "count the same, and once");
	struct bounce_row *all;
	ok(bounce_list(t, db, p->id, 5, &all, &err) && talloc_array_length(all) == 5 && all[0].reply && !strcmp(all[0].address, "ivy@mail.test"), "the list shows them first");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.test", PUBLICATION_FREE, 0);
	check_dead(t, db, p);
	check_places(t, db, p);
	check_complaint(t, db, p);
	check_full(t, db, p);
	check_probe(t, db, p);
	check_policy(t, db, p);
	check_replies(t, db, p);
	talloc_free(t);
	return tap_done();
}
