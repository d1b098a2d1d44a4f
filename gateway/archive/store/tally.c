#include "gateway/archive/store/tally.h"
#include "gateway/archive/store/entry.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

/* More than there are addresses: one who leaves and one who comes by another door must not look like nobody. */
#define PEOPLE_APART (INT64_C(1) << 32)

#define ADD " ON CONFLICT (publication, kind, name, slot) DO UPDATE SET n = tally.n + excluded.n, changed = excluded.changed"

bool tally_add(struct db *db, int64_t publication, enum tally kind, const char *name, int64_t n, struct error *err)
{
	return db_run(db, "INSERT INTO tally (publication, kind, name, slot, n, changed) VALUES ($1, $2, $3, $4, $5, $6)" ADD,
	              DB_ARGS(db_int(publication), db_int(kind), db_text(name), db_int(db_slot(db)), db_int(n), db_int(clock_now())), err);
}

bool tally_get(struct db *db, int64_t publication, enum tally kind, const char *name, int64_t *n, struct error *err)
{
	return db_get_int(db, "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM tally WHERE publication = $1 AND kind = $2 AND name = $3",
	                  DB_ARGS(db_int(publication), db_int(kind), db_text(name)), n, err);
}

bool tally_changed(struct db *db, int64_t publication, enum tally kind, int64_t *when, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(changed), 0) FROM tally WHERE publication = $1 AND kind = $2 AND name = ''",
	                  DB_ARGS(db_int(publication), db_int(kind)), when, err);
}

bool tally_versions(struct db *db, int64_t publication, struct tally_versions *versions, struct error *err)
{
	*versions = (struct tally_versions){ 0 };
	struct db_rows *rows = db_query(db, "SELECT kind, n, changed FROM tally WHERE publication = $1 AND kind IN ($2, $3, $4, $5) AND name = ''",
	                                DB_ARGS(db_int(publication), db_int(TALLY_MAIL), db_int(TALLY_ACTORS), db_int(TALLY_ARCHIVE),
	                                        db_int(TALLY_PUBLICATION)));
	while (db_next(rows)) {
		int64_t n = db_column_int(rows, 1), kind = db_column_int(rows, 0);
		if (kind == TALLY_ARCHIVE)
			versions->archive += n;
		else if (kind == TALLY_PUBLICATION)
			versions->publication += n;
		else
			versions->people += kind == TALLY_ACTORS ? n * PEOPLE_APART : n;
	}
	return db_finish(rows, err);
}

/* Tags of an entry that is no longer live leave their lists. */
static bool list_tags(struct db *db, int64_t entry, int n, int64_t published, struct error *err)
{
	return db_run(db, "INSERT INTO tally (publication, kind, name, slot, n, changed) SELECT publication, $2, slug, $3, $4, $5 FROM entry_tag"
	                  " WHERE entry = $1" ADD,
	              DB_ARGS(db_int(entry), db_int(TALLY_TAG), db_int(db_slot(db)), db_int(n), db_int(clock_now())), err) &&
	       db_run(db, "UPDATE entry_tag SET listed = $2 WHERE entry = $1",
	              DB_ARGS(db_int(entry), n > 0 ? db_int(published) : db_int_or_null(0)), err);
}

bool tally_entry(struct db *db, int64_t entry, int n, struct error *err)
{
	int64_t publication = 0, published = 0, year = 0;
	enum entry_state state = ENTRY_HELD;
	enum entry_access access = ENTRY_ACCESS_POLICY;
	struct db_rows *rows = db_query(db, "SELECT publication, published, state, year, access FROM entry WHERE id = $1", DB_ARGS(db_int(entry)));
	if (db_next(rows)) {
		publication = db_column_int(rows, 0);
		published = db_column_int(rows, 1);
		state = (enum entry_state)db_column_int(rows, 2);
		year = db_column_int(rows, 3);
		access = (enum entry_access)db_column_int(rows, 4);
	}
	if (!db_finish(rows, err))
		return false;
	/* No door shows what is held. */
	if (state != ENTRY_LIVE && state != ENTRY_WITHDRAWN)
		return true;
	char *name = mem_printf(NULL, "%lld", (long long)year);
	bool fine = state != ENTRY_LIVE || (tally_add(db, publication, TALLY_POSTS, "", n, err) && tally_add(db, publication, TALLY_YEAR, name, n, err) &&
	                                    (access != ENTRY_ACCESS_SUPPORTER || tally_add(db, publication, TALLY_CLOSED, "", n, err)) &&
	                                    list_tags(db, entry, n, published, err));
	talloc_free(name);
	return fine && (n < 0 || tally_add(db, publication, TALLY_ARCHIVE, "", 1, err));
}

bool tally_around(struct db *db, int64_t entry, const char *sql, const struct db_value *args, int64_t *changed, struct error *err)
{
	return db_begin(db, err) &&
	       db_end(db, tally_entry(db, entry, -1, err) && db_change(db, sql, args, changed, err) && tally_entry(db, entry, 1, err), err);
}
