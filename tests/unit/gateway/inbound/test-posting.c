/* test-posting - the owner's word for a draft. */
#include "gateway/base/secret/token.h"
#include "gateway/inbound/posting.h"
#include "unit/fixture.h"

int main(void)
{
	struct error err = { 0 };
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	const struct publication *p = fixture_publication(t, db, "https://lamp.test", PUBLICATION_FREE, 0);
	const char *token = token_sign(t, p->secret, "publish", "1");
	ok(!posting_send(db, p, token, &err) && err.kind == ERROR_NOT_FOUND, "a draft that was deleted is not there");
	ok(!posting_send(db, p, "1.forged", &err) && err.kind == ERROR_NOT_FOUND, "a forged word sends none");
	fixture_must(db_run(db, "ALTER TABLE letter RENAME TO away", DB_NONE, &err), &err);
	err = (struct error){ 0 };
	ok(!posting_send(db, p, token, &err) && err.kind && err.kind != ERROR_NOT_FOUND, "that it cannot be read is another thing: the message would be forgotten");
	talloc_free(t);
	return tap_done();
}
