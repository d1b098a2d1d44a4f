#include "subscribers/roster/roster_before.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

enum { STEP = 500 };

bool roster_before_keep(struct db *db, int64_t import, int64_t address, enum address_state given, struct error *err)
{
	return db_run(db, "INSERT INTO roster_before (import, address, state, confirmed, ended, reason, consent, import_before, given, mark, created)"
	                  " SELECT $1, a.id, a.state, a.confirmed, a.ended, a.reason, a.consent, a.import, $3,"
	                  " (SELECT coalesce(max(c.id), 0) FROM consent c WHERE c.address = a.id), $4 FROM address a WHERE a.id = $2"
	                  " ON CONFLICT (import, address) DO UPDATE SET given = excluded.given",
	              DB_ARGS(db_int(import), db_int(address), db_int(given), db_int(clock_now())), err);
}

bool roster_before_approved(struct db *db, int64_t import, int64_t address, struct error *err)
{
	return db_run(db, "UPDATE roster_before SET given = $3 WHERE import = $1 AND address = $2", DB_ARGS(db_int(import), db_int(address), db_int(ADDRESS_CONFIRMED)), err);
}

struct before {
	int64_t address, subscriber;
	enum address_kind kind;
	int more; /* confirmed addresses, once it is what it was */
};

/* Nothing was said about it since that did not come with the import. */
#define UNTOUCHED \
	" FROM roster_before b JOIN address a ON a.id = b.address WHERE b.import = $1 AND a.state = b.given AND a.merged = 0" \
	" AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.address = a.id AND c.id > b.mark AND c.import <> b.import)" \
	" AND NOT EXISTS (SELECT 1 FROM proof p WHERE p.address = a.id AND p.created >= b.created)"

static bool read_some(void *owner, struct db *db, int64_t import, struct before **all, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT a.id, a.subscriber, a.kind, b.state, b.given" UNTOUCHED " ORDER BY a.id LIMIT $2", DB_ARGS(db_int(import), db_int(STEP)));
	*all = NULL;
	*count = 0;
	while (db_next(rows))
		*mem_push(owner, *all, *count) = (struct before){ db_column_int(rows, 0), db_column_int(rows, 1), (enum address_kind)db_column_int(rows, 2),
			                                          (db_column_int(rows, 3) == ADDRESS_CONFIRMED) - (db_column_int(rows, 4) == ADDRESS_CONFIRMED) };
	return db_finish(rows, err);
}

/* Who gets letters again is owed nothing from the time between. */
static bool restore_one(struct db *db, int64_t import, const struct before *b, struct error *err)
{
	static const char restore[] = "UPDATE address SET (state, confirmed, ended, reason, consent, import) = (SELECT b.state, b.confirmed, b.ended, b.reason, b.consent,"
	                              " b.import_before FROM roster_before b WHERE b.import = $1 AND b.address = address.id),"
	                              " digested = (SELECT p.posted FROM publication p WHERE p.id = address.publication), due = NULL WHERE id = $2";
	const struct db_value *both = DB_ARGS(db_int(import), db_int(b->address));
	return db_run(db, restore, both, err) && db_run(db, "DELETE FROM consent WHERE import = $1 AND address = $2", both, err) &&
	       db_run(db, "DELETE FROM subscriber_tag WHERE import = $1 AND subscriber = $2", DB_ARGS(db_int(import), db_int(b->subscriber)), err) &&
	       db_run(db, "DELETE FROM roster_before WHERE import = $1 AND address = $2", both, err);
}

bool roster_before_restore(struct db *db, int64_t publication, int64_t import, int64_t *changed, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct before *all;
	size_t count;
	int64_t more[2] = { 0 };
	bool fine = read_some(scratch, db, import, &all, &count, err);
	for (size_t i = 0; fine && i < count; i++) {
		more[all[i].kind] += all[i].more;
		fine = restore_one(db, import, &all[i], err);
	}
	for (int kind = ADDRESS_MAIL; fine && kind <= ADDRESS_ACTOR; kind++)
		fine = !more[kind] || tally_add(db, publication, TALLY_MAIL + (enum tally)kind, "", more[kind], err);
	*changed = fine ? (int64_t)count : 0;
	talloc_free(scratch);
	return fine;
}
