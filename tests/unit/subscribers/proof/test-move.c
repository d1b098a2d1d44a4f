/* Readers who move to another address: what goes along, who is told, and how it is refused. */
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/preference.h"
#include "subscribers/people/subscriber_tag.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/move.h"
#include "subscribers/proof/session.h"
#include "unit/fixture.h"

static struct error err;
static const struct consent how = { "192.0.2.1", "Move" };

static int64_t count(struct db *db, const char *sql, const struct db_value *args)
{
	int64_t n = -1;
	db_get_int(db, sql, args, &n, &err);
	return n;
}

static const char *state(struct db *db, const struct publication *p, const char *mail)
{
	struct address *a = address_find(db, db, p->id, ADDRESS_MAIL, mail, &err);
	return a ? address_state_name(a->state) : "none";
}

static struct address *find(struct db *db, const struct publication *p, const char *mail)
{
	struct address *a = address_find(db, db, p->id, ADDRESS_MAIL, mail, &err);
	fixture_must(a, &err);
	return a;
}

static void ask(struct db *db, const struct publication *p, const struct address *from, const char *mail)
{
	int64_t id = 1, publication;
	const struct proof_request request = { mail, "/", how, from->id };
	fixture_must(ask_put(db, p, PROOF_MOVE, &request, &err) && db_begin(db, &err) && db_end(db, ask_answer(db, &id, &publication, &err), &err), &err);
}

/* How many letters an address has been written. */
static int64_t letters(struct db *db, const struct address *a, const char *like)
{
	return count(db, "SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = $1 AND i.notice LIKE $2", DB_ARGS(db_int(a->id), db_text(like)));
}

/* The link of the newest letter to an address is followed. */
static void confirm(struct db *db, const struct publication *p, const struct address *a)
{
	char *cookie;
	int64_t id = count(db, "SELECT max(id) FROM proof WHERE address = $1", DB_ARGS(db_int(a->id)));
	struct proof *proof = proof_get(db, db, p, id, &err);
	fixture_must(proof && proof_use(db, db, proof, &how, &cookie, &err), &err);
}

static struct address *reader(struct db *db, const struct publication *p, const char *mail)
{
	int64_t id;
	fixture_must(subscriber_add_confirmed(db, p->id, mail, &id, &err), &err);
	struct address *a = address_get(db, db, id, &err);
	struct preferences *to = preferences_get(db, db, p, id, &err);
	to->text_only = to->chosen = true;
	fixture_must(rhythm_parse("weekly", "mon 08:00", NULL, &to->rhythm, &err) && preferences_set(db, id, to, clock_now(), &err) &&
	             subscriber_tag_add(db, a->subscriber, "vip", 0, &err), &err);
	return a;
}

static void moving(struct db *db, const struct publication *p)
{
	int64_t n;
	struct address *old = reader(db, p, "old@mail.example");
	ask(db, p, old, "New@Mail.example");
	is(state(db, p, "old@mail.example"), "confirmed", "until the new address confirms, nothing changes");
	struct address *fresh = find(db, p, "new@mail.example");
	is_int(letters(db, fresh, "%confirm%"), 1, "the new one gets a link");
	is_int(letters(db, old, "%move%"), 1, "the old one is told");
	int64_t issue = count(db, "INSERT INTO issue (publication, kind, created, cursor, planned, consent) VALUES ($1, 0, 1, 0, 1, 0) RETURNING id", DB_ARGS(db_int(p->id)));
	fixture_must(db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason) VALUES ($1, $2, 0, 1, 0, 1, 0, 1, 0, 0)",
	                    DB_ARGS(db_int(issue), db_int(old->id)), &err), &err);
	confirm(db, p, fresh);
	is(state(db, p, "new@mail.example"), "confirmed", "then letters go there");
	is(state(db, p, "old@mail.example"), "left", "and no longer to the old one");
	ok(subscriber_count(db, p->id, ADDRESS_MAIL, &n, &err) && n == 1, "which is one reader still");
	struct preferences *now = preferences_get(db, db, p, fresh->id, &err);
	ok(now && now->chosen && now->rhythm.kind == RHYTHM_WEEKLY && now->text_only, "with the same rhythm");
	is_int(fresh->subscriber, old->subscriber, "and the same tags: it is the same person");
	is_int(count(db, "SELECT address FROM delivery WHERE issue = $1", DB_ARGS(db_int(issue))), fresh->id, "what was on its way goes there too");
	is_int(letters(db, old, "%move%"), 1, "but for what is about the old address");
	ok(count(db, "SELECT count(*) FROM consent WHERE address = $1 AND event = 1", DB_ARGS(db_int(fresh->id))) == 1 &&
	   count(db, "SELECT count(*) FROM consent WHERE address = $1 AND event = 3", DB_ARGS(db_int(old->id))) == 1, "each consent is kept");

	bool refused;
	char *cookie;
	struct viewer viewer;
	fixture_must(session_open(db, db, old->subscriber, &cookie, &err), &err);
	ok(move_refuse(db, old->id, &how, &refused, &err) && refused, "the old address refuses it afterwards");
	is(state(db, p, "old@mail.example"), "confirmed", "it gets letters again");
	is(state(db, p, "new@mail.example"), "left", "and the new one none");
	ok(session_viewer(db, db, p, cookie, &viewer, &err) && viewer.kind == VIEWER_ANYBODY, "nobody is signed in any more");
	is_int(count(db, "SELECT address FROM delivery WHERE issue = $1", DB_ARGS(db_int(issue))), old->id, "what was on its way comes back");
	ok(move_refuse(db, old->id, &how, &refused, &err) && !refused, "there is nothing more to refuse");
	ok(subscriber_count(db, p->id, ADDRESS_MAIL, &n, &err) && n == 1, "it is one reader");
}

static void refusing(struct db *db, const struct publication *p)
{
	bool refused;
	struct address *old = reader(db, p, "keep@mail.example");
	ask(db, p, old, "thief@mail.example");
	ok(move_refuse(db, old->id, &how, &refused, &err) && refused, "the old address refuses before");
	is(state(db, p, "thief@mail.example"), "none", "and the new one is forgotten");
	ask(db, p, old, "slow@mail.example");
	fixture_must(session_sweep(db, clock_now() + 9 * CLOCK_DAY, &err), &err);
	is(state(db, p, "slow@mail.example"), "none", "so is one that does not confirm");
	is(state(db, p, "keep@mail.example"), "confirmed", "its reader is not");
	ask(db, p, old, "late@mail.example");
	confirm(db, p, find(db, p, "late@mail.example"));
	fixture_must(db_run(db, "UPDATE address_move SET moved = moved - $1", DB_ARGS(db_int(8 * CLOCK_DAY)), &err), &err);
	ok(move_refuse(db, old->id, &how, &refused, &err) && !refused && strcmp(state(db, p, "late@mail.example"), "confirmed") == 0, "after a week it is too late");
}

/* Whoever is known gets no letter and does not change; the old address is told in the same way. */
static void known(struct db *db, const struct publication *p)
{
	static const char *const others[] = { "other@mail.example", "gone@mail.example", "bad@mail.example" };
	struct address *old = reader(db, p, "curious@mail.example");
	for (int i = 0; i < 3; i++)
		reader(db, p, others[i]);
	fixture_must(subscriber_leave(db, find(db, p, others[1])->id, &how, &err) && subscriber_suppress(db, find(db, p, others[2])->id, "x", &err), &err);
	for (int i = 0; i < 3; i++) {
		const char *before = state(db, p, others[i]);
		fixture_must(db_run(db, "DELETE FROM proof", DB_NONE, &err), &err);
		ask(db, p, old, others[i]);
		is(state(db, p, others[i]), before, others[i]);
		is_int(letters(db, find(db, p, others[i]), "%confirm%"), 0, "is not written to");
		is_int(letters(db, old, "%move%"), i + 1, "but the old address is told all the same");
	}
	ask(db, p, old, "CURIOUS@mail.example");
	is_int(letters(db, old, "%move%"), 3, "to itself nobody moves");
	ok(!ask_put(db, p, PROOF_MOVE, &(struct proof_request){ "nobody", "/", how, old->id }, &err) && err.kind == ERROR_INVALID, "what is no address is told at once");
	for (int i = 0; i < 20; i++)
		ask(db, p, old, "flood@mail.example");
	struct address *flood = find(db, p, "flood@mail.example");
	ok(letters(db, flood, "%confirm%") <= 3, "no mailbox is flooded");
}

int main(void)
{
	struct db *db = fixture_db(NULL);
	struct publication *p = fixture_publication(db, db, "https://lamp.example", PUBLICATION_FREE, 0);
	moving(db, p);
	refusing(db, p);
	known(db, p);
	talloc_free(db);
	return tap_done();
}
