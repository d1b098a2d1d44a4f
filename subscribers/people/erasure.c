#include "subscribers/people/erasure.h"
#include "gateway/archive/reply/reply_moderation.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include <string.h>

char *erasure_hash(void *owner, const char *folded) { return encode_sha256_hex(owner, folded, strlen(folded)); }

bool erasure_has(struct db *db, int64_t publication, const char *folded, bool *erased, struct error *err)
{
	int64_t n;
	char *hash = erasure_hash(NULL, folded);
	bool fine = db_get_int(db, "SELECT count(*) FROM erased WHERE publication = $1 AND hash = $2", DB_ARGS(db_int(publication), db_text(hash)), &n, err);
	*erased = fine && n;
	talloc_free(hash);
	return fine;
}

bool erasure_has_each(struct db *db, int64_t publication, const char *const *folded, size_t count, bool *erased, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct db_value args[ADDRESS_FIND_MAX + 2] = { db_int(publication) };
	for (size_t i = 0; i < ADDRESS_FIND_MAX; i++)
		args[i + 1] = i < count ? db_text(erasure_hash(scratch, folded[i])) : args[1];
	args[ADDRESS_FIND_MAX + 1] = (struct db_value){ DB_END, 0, 0, 0 };
	struct db_rows *rows = db_query(db, "SELECT hash FROM erased WHERE publication = $1 AND hash IN " DB_FROM_2_TO_51, args);
	for (size_t i = 0; i < count; i++)
		erased[i] = false;
	while (db_next(rows))
		for (size_t i = 0; i < count; i++)
			erased[i] = erased[i] || strcmp(args[i + 1].p, db_column_text(rows, 0)) == 0;
	talloc_free(scratch);
	return db_finish(rows, err);
}

bool erasure_any(struct db *db, int64_t publication, bool *any, struct error *err)
{
	int64_t n = 0;
	bool fine = db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM erased WHERE publication = $1 LIMIT 1) e", DB_ARGS(db_int(publication)), &n, err);
	*any = n > 0;
	return fine;
}

bool erasure_add(struct db *db, int64_t publication, const char *hash, int64_t created, int64_t import, bool *fresh, struct error *err)
{
	int64_t changed;
	bool fine = db_change(db, "INSERT INTO erased (publication, hash, created, import) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
	                      DB_ARGS(db_int(publication), db_text(hash), db_int(created), db_int(import)), &changed, err);
	*fresh = fine && changed;
	return fine;
}

struct leaving {
	const struct publication *p;
	struct db *db;
	int64_t subscriber;
};

static bool erase(void *context, struct error *err)
{
	const struct leaving *l = context;
	void *scratch = talloc_new(NULL);
	int64_t confirmed[2] = { 0 };
	const char **folded = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(l->db, "SELECT kind, state, folded FROM address WHERE subscriber = $1 AND publication = $2 AND merged = 0",
	                                DB_ARGS(db_int(l->subscriber), db_int(l->p->id)));
	while (db_next(rows)) {
		enum address_kind kind = (enum address_kind)db_column_int(rows, 0);
		confirmed[kind] += db_column_int(rows, 1) == ADDRESS_CONFIRMED;
		if (kind == ADDRESS_MAIL)
			*mem_push(scratch, folded, count) = db_column_dup(scratch, rows, 2);
	}
	bool fine = db_finish(rows, err), fresh;
	for (size_t i = 0; fine && i < count; i++)
		fine = erasure_add(l->db, l->p->id, erasure_hash(scratch, folded[i]), clock_now(), 0, &fresh, err);
	for (int kind = ADDRESS_MAIL; fine && kind <= ADDRESS_ACTOR; kind++)
		fine = !confirmed[kind] || tally_add(l->db, l->p->id, TALLY_MAIL + (enum tally)kind, "", -confirmed[kind], err);
	/* What is addressed to one person alone says who they are. */
	fine = fine && reply_part_from(l->db, l->p->id, l->subscriber, err) &&
	       db_run(l->db, "DELETE FROM issue WHERE notice IS NOT NULL AND id IN (SELECT d.issue FROM delivery d JOIN address a ON a.id = d.address"
	                             " WHERE a.subscriber = $1)", DB_ARGS(db_int(l->subscriber)), err) &&
	       db_run(l->db, "DELETE FROM subscriber WHERE id = $1 AND publication = $2", DB_ARGS(db_int(l->subscriber), db_int(l->p->id)), err);
	talloc_free(scratch);
	return fine;
}

bool subscriber_erase(struct db *db, const struct publication *p, int64_t subscriber, struct error *err)
{
	return db_transact(db, erase, &(struct leaving){ p, db, subscriber }, err);
}
