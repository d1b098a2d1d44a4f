/* What comes by mail waits in its order, and how much of it may wait is limited, by number and by size. */
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/role/holder.h"
#include "unit/fixture.h"

static struct error err;

static bool put(struct db *db, int64_t publication, enum mail_in_kind kind, const char *message, size_t size)
{
	return mail_in_put(db, &(struct mail_in){ .publication = publication, .kind = kind, .recipient = "lamp@lists.test", .sender = "ada@mail.test", .message = message, .size = size }, &err);
}

static void order(struct db *db, int64_t publication)
{
	struct mail_in *first = NULL, *second = NULL, *none = NULL;
	const struct mail_in_claimer who = { holder_self(db), 60000, false, 0 };
	ok(put(db, publication, MAIL_IN_POST, "one", 3) && put(db, publication, MAIL_IN_OWNER, "two", 3), "two messages are stored");
	ok(mail_in_claim(db, db, &who, &first, &err) && first && strcmp(first->message, "one") == 0, "the older one is claimed first");
	ok(mail_in_claim(db, db, &who, &second, &err) && second && second->kind == MAIL_IN_OWNER, "then the other");
	ok(mail_in_claim(db, db, &who, &none, &err) && !none, "and none twice");
	ok(mail_in_done(db, first->id, &err) && mail_in_done(db, second->id, &err), "they are read");
}

static void bytes(struct db *db, int64_t publication)
{
	char *large = mem_array(db, char, MAIL_IN_SIZE_MAX);
	int taken = 0;
	while (taken < 100 && put(db, publication, MAIL_IN_POST, large, MAIL_IN_SIZE_MAX))
		taken++;
	is_int(taken, MAIL_IN_BYTES_MAX / MAIL_IN_SIZE_MAX + 1, "as many large ones as there is room for");
	ok(err.kind == ERROR_TEMPORARY, "then they may come again later");
	ok(!put(db, publication, MAIL_IN_COMMAND, "x", 1), "so may a small one");
	ok(put(db, publication, MAIL_IN_SOURCE, "x", 1), "what is for a source has its own room");
	fixture_must(db_run(db, "DELETE FROM mail_in", DB_NONE, &err), &err);
}

static void number(struct db *db, int64_t publication)
{
	int taken = 0;
	fixture_must(db_begin(db, &err), &err);
	while (taken < 2 * MAIL_IN_WAITING_MAX && put(db, publication, MAIL_IN_POST, "x", 1))
		taken++;
	is_int(taken, MAIL_IN_WAITING_MAX, "so many may wait");
	ok(err.kind == ERROR_TEMPORARY, "and no more for now");
	db_rollback(db);
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(t, db, "https://lamp.test", PUBLICATION_FREE, 0);
	order(db, p->id);
	bytes(db, p->id);
	number(db, p->id);
	talloc_free(t);
	return tap_done();
}
