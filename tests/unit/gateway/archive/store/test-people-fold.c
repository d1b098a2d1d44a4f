/* Addresses of an older version that differ only in how they are written become one, and lose nothing. */
#include "gateway/archive/store/people_fold.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/proof/proof.h"
#include "subscribers/proof/session.h"
#include "unit/fixture.h"

static struct error err;

static int64_t number(struct db *db, const char *sql, int64_t id)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_ARGS(db_int(id)), &n, &err), &err);
	return n;
}

/* As the older version stored it. */
static int64_t old_address(struct db *db, const struct publication *p, const char *value, enum address_state state, int64_t confirmed, int64_t ended)
{
	int64_t subscriber, id;
	fixture_must(db_get_int(db, "INSERT INTO subscriber (publication, created) VALUES ($1, 1) RETURNING id", DB_ARGS(db_int(p->id)), &subscriber, &err), &err);
	fixture_must(db_get_int(db, "INSERT INTO address (subscriber, publication, kind, value, state, created, confirmed, ended)"
	                            " VALUES ($1, $2, 0, $3, $4, 1, $5, $6) RETURNING id",
	                        DB_ARGS(db_int(subscriber), db_int(p->id), db_text(value), db_int(state), db_int(confirmed), db_int(ended)), &id, &err), &err);
	fixture_must(consent_record(db, id, CONSENT_ASKED, &(struct consent){ "", value }, NULL, &err), &err);
	if (state == ADDRESS_CONFIRMED)
		fixture_must(tally_add(db, p->id, TALLY_MAIL, "", 1, &err), &err);
	return id;
}

static const struct {
	struct {
		const char *value;
		enum address_state state;
		int64_t confirmed, ended;
	} twins[3];
	size_t stays; /* which of them */
	const char *what;
} cases[] = {
	{ { { "Ann@a.example", ADDRESS_CONFIRMED, 10, 0 }, { "ann@a.example", ADDRESS_CONFIRMED, 20, 0 } }, 1, "who confirmed twice" },
	{ { { "ben@a.example", ADDRESS_CONFIRMED, 10, 0 }, { "Ben@a.example", ADDRESS_LEFT, 5, 20 } }, 1, "who left last has left" },
	{ { { "cas@a.example", ADDRESS_LEFT, 10, 20 }, { "Cas@a.example", ADDRESS_CONFIRMED, 30, 0 } }, 1, "who came back last is here" },
	{ { { "Dan@a.example", ADDRESS_SUPPRESSED, 10, 20 }, { "dan@a.example", ADDRESS_CONFIRMED, 30, 0 } }, 0, "a suppression is not lost" },
	{ { { "eve@a.example", ADDRESS_PENDING, 0, 0 }, { "Eve@a.example", ADDRESS_CONTACT, 0, 0 }, { "EVE@a.example", ADDRESS_CONFIRMED, 9, 0 } }, 2, "who only asked" },
	{ { { "J\xC3\x9Crgen@a.example", ADDRESS_CONFIRMED, 9, 0 }, { "ju\xCC\x88rgen@a.example", ADDRESS_PENDING, 0, 0 } }, 0, "letters beyond ASCII" },
	{ { { "Fay@a.example", ADDRESS_CONFIRMED, 9, 0 } }, 0, "one alone" },
};

static void twins(struct db *db, const struct publication *p)
{
	enum { CASES = sizeof cases / sizeof *cases };
	int64_t ids[CASES][3] = { 0 };
	char *cookie;
	for (size_t i = 0; i < CASES; i++)
		for (size_t k = 0; k < 3 && cases[i].twins[k].value; k++)
			ids[i][k] = old_address(db, p, cases[i].twins[k].value, cases[i].twins[k].state, cases[i].twins[k].confirmed, cases[i].twins[k].ended);
	/* The first two have a letter of one issue each, and the one that goes is signed in. */
	int64_t issue;
	fixture_must(db_get_int(db, "INSERT INTO issue (publication, kind, created, cursor, planned) VALUES ($1, 3, 1, 0, 1) RETURNING id", DB_ARGS(db_int(p->id)), &issue, &err), &err);
	for (int k = 0; k < 2; k++)
		fixture_must(db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)"
		                        " VALUES ($1, $2, 0, 1, $3, $4, 0, 1, 0, 0)",
		                    DB_ARGS(db_int(issue), db_int(ids[0][k]), db_int(k ? DELIVERY_WAITING : DELIVERY_DELIVERED), k ? db_int(1) : db_int_or_null(0)), &err), &err);
	fixture_must(session_open(db, db, number(db, "SELECT subscriber FROM address WHERE id = $1", ids[0][0]), &cookie, &err), &err);
	ok(people_fold(db, &err) && people_fold(db, &err), "the addresses are folded, and once more changes nothing");
	for (size_t i = 0; i < CASES; i++) {
		int64_t consents = 0, stays = ids[i][cases[i].stays];
		for (size_t k = 0; k < 3 && ids[i][k]; k++, consents++) {
			struct address *found = address_find(db, db, p->id, ADDRESS_MAIL, cases[i].twins[k].value, &err), *named = address_get(db, db, ids[i][k], &err);
			ok(found && named && found->id == stays && named->id == stays, cases[i].what);
			is_int(found->state, cases[i].twins[cases[i].stays].state, "with the state that counts");
		}
		is_int(number(db, "SELECT count(*) FROM consent WHERE address = $1", stays), consents, "and all that was agreed to");
	}
	int64_t n;
	ok(subscriber_count(db, p->id, ADDRESS_MAIL, &n, &err) && n == number(db, "SELECT count(*) FROM address WHERE state = 1 AND publication = $1", p->id) && n == 5,
	   "the number that is kept is that of people");
	is_int(number(db, "SELECT count(*) FROM delivery WHERE issue = $1", issue), 1, "one letter of two is left");
	is_int(number(db, "SELECT count(*) FROM delivery WHERE next_try IS NULL AND issue = $1", issue), 1, "the one that was sent");
	struct viewer v;
	ok(session_viewer(db, db, p, cookie, &v, &err) && v.kind == VIEWER_SUBSCRIBER, "who was signed in still is");
	is(v.mail, "ann@a.example", "as the one who stays");
	struct address **all;
	ok(subscriber_list(db, db, p->id, -1, NULL, 0, 100, &all, &err) && talloc_array_length(all) == CASES, "and each is listed once");
	char *token = proof_leave_token(db, p, ids[0][0]);
	int64_t id;
	ok(proof_leave_address(db, p, token, &id, &err) && subscriber_leave(db, id, &(struct consent){ "", "" }, &err) &&
	   address_find(db, db, p->id, ADDRESS_MAIL, "ann@a.example", &err)->state == ADDRESS_LEFT, "the link in an old letter still ends it");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	twins(db, p);
	talloc_free(t);
	return tap_done();
}
