/* What imports have made: the list of them, approving, undoing. */
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/roster/roster_before.h"
#include "subscribers/roster/roster_import.h"

enum { STEP = 500 };

bool roster_import_list(void *owner, struct db *db, int64_t publication, struct roster_record ***all, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT id, created, made, approved, undone, file, format, words,"
	                                    " (SELECT count(*) FROM address a WHERE a.import = i.id AND a.import <> 0 AND a.state = $2),"
	                                    " (SELECT count(*) FROM address a WHERE a.import = i.id AND a.import <> 0 AND a.import_state >= 0),"
	                                    " (SELECT count(*) FROM roster_before b WHERE b.import = i.id)"
	                                    " FROM roster_import i WHERE publication = $1 ORDER BY id",
	                                DB_ARGS(db_int(publication), db_int(ADDRESS_HELD)));
	*all = NULL;
	while (db_next(rows)) {
		struct roster_record *r = mem_new(owner, struct roster_record);
		*r = (struct roster_record){ .id = db_column_int(rows, 0), .created = db_column_int(rows, 1), .made = db_column_int(rows, 2),
			                     .approved = db_column_int(rows, 3), .undone = db_column_int(rows, 4), .file = db_column_dup(r, rows, 5),
			                     .format = db_column_dup(r, rows, 6), .words = db_column_dup(r, rows, 7), .held = db_column_int(rows, 8),
			                     .there = db_column_int(rows, 9), .changed = db_column_int(rows, 10) };
		*mem_push(owner, *all, count) = r;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

struct step {
	struct db *db;
	int64_t publication, id, changed;
};

static bool look(const struct step *s, struct error *err)
{
	int64_t undone;
	if (!db_get_int(s->db, "SELECT undone FROM roster_import WHERE id = $1 AND publication = $2", DB_ARGS(db_int(s->id), db_int(s->publication)), &undone, err))
		return err->kind == ERROR_NOT_FOUND ? error_set(err, ERROR_NOT_FOUND, "there is no import %lld; 'subscriber imports' lists them", (long long)s->id) : false;
	return !undone || error_set(err, ERROR_INVALID, "import %lld was undone", (long long)s->id);
}

struct some {
	int64_t *ids;
	size_t count;
	int64_t confirmed[2];
};

static bool read_some(void *owner, struct db *db, const char *sql, const struct db_value *args, struct some *some, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	*some = (struct some){ 0 };
	while (db_next(rows)) {
		*mem_push(owner, some->ids, some->count) = db_column_int(rows, 0);
		some->confirmed[db_column_int(rows, 1) == ADDRESS_ACTOR] += db_column_int(rows, 2) == ADDRESS_CONFIRMED;
	}
	return db_finish(rows, err);
}

static bool approve_one(const struct step *s, int64_t address, struct error *err)
{
	int64_t consent;
	return db_get_int(s->db, "INSERT INTO consent (address, event, time, remote, wording, import) VALUES ($1, $2, $3, '', 'approved by the owner', $4) RETURNING id",
	                  DB_ARGS(db_int(address), db_int(CONSENT_OWNER), db_int(clock_now()), db_int(s->id)), &consent, err) &&
	       address_confirm(s->db, address, consent, err) &&
	       db_run(s->db, "UPDATE address SET import_state = CASE WHEN import_state >= 0 THEN $2 ELSE import_state END WHERE id = $1",
	              DB_ARGS(db_int(address), db_int(ADDRESS_CONFIRMED)), err) &&
	       roster_before_approved(s->db, s->id, address, err);
}

static bool approve(void *context, struct error *err)
{
	struct step *s = context;
	struct some some;
	void *scratch = talloc_new(NULL);
	bool fine = look(s, err) && read_some(scratch, s->db, "SELECT id, kind, state FROM address WHERE import = $1 AND import <> 0 AND state = $2 ORDER BY id LIMIT $3",
	                                      DB_ARGS(db_int(s->id), db_int(ADDRESS_HELD), db_int(STEP)), &some, err);
	for (size_t i = 0; fine && i < some.count; i++)
		fine = approve_one(s, some.ids[i], err);
	fine = fine && db_run(s->db, "UPDATE roster_import SET approved = $2 WHERE id = $1", DB_ARGS(db_int(s->id), db_int(clock_now())), err);
	s->changed = fine ? (int64_t)some.count : 0;
	talloc_free(scratch);
	return fine;
}

/* Untouched: in the state that the import gave it, and nothing was asked, confirmed, tagged, granted or answered here. */
#define UNTOUCHED \
	"a.import = $1 AND a.import <> 0 AND a.import_state = a.state AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.address = a.id AND c.import <> a.import)" \
	" AND NOT EXISTS (SELECT 1 FROM proof p WHERE p.address = a.id) AND NOT EXISTS (SELECT 1 FROM address o WHERE o.subscriber = a.subscriber AND o.id <> a.id)" \
	" AND NOT EXISTS (SELECT 1 FROM subscriber_tag t WHERE t.subscriber = a.subscriber AND t.import <> a.import)" \
	" AND NOT EXISTS (SELECT 1 FROM subscriber s WHERE s.id = a.subscriber AND s.tier <> 0 AND s.tier_import <> a.import)" \
	" AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.address = a.id)"

static bool undo(void *context, struct error *err)
{
	struct step *s = context;
	struct some some;
	void *scratch = talloc_new(NULL);
	bool fine = look(s, err) && read_some(scratch, s->db, "SELECT a.subscriber, a.kind, a.state FROM address a WHERE " UNTOUCHED " ORDER BY a.id LIMIT $2",
	                                      DB_ARGS(db_int(s->id), db_int(STEP)), &some, err);
	for (size_t i = 0; fine && i < some.count; i++)
		fine = db_run(s->db, "DELETE FROM subscriber WHERE id = $1", DB_ARGS(db_int(some.ids[i])), err);
	for (int kind = ADDRESS_MAIL; fine && kind <= ADDRESS_ACTOR; kind++)
		fine = !some.confirmed[kind] || tally_add(s->db, s->publication, TALLY_MAIL + (enum tally)kind, "", -some.confirmed[kind], err);
	s->changed = fine ? (int64_t)some.count : 0;
	fine = fine && (some.count || roster_before_restore(s->db, s->publication, s->id, &s->changed, err));
	/* Those who stay, since somebody touched them, keep no more than they had. */
	fine = fine && (s->changed || tier_take_back(s->db, s->id, STEP, &s->changed, err));
	if (fine && !s->changed)
		fine = db_run(s->db, "DELETE FROM erased WHERE import = $1 AND publication = $2", DB_ARGS(db_int(s->id), db_int(s->publication)), err) &&
		       db_run(s->db, "UPDATE roster_import SET undone = $2 WHERE id = $1", DB_ARGS(db_int(s->id), db_int(clock_now())), err);
	talloc_free(scratch);
	return fine;
}

static bool step(struct db *db, int64_t publication, int64_t id, bool (*how)(void *, struct error *), int64_t *changed, struct error *err)
{
	struct step s = { db, publication, id, 0 };
	bool fine = db_transact(db, how, &s, err);
	db_give_way(db);
	*changed = s.changed;
	return fine;
}

bool roster_import_approve(struct db *db, int64_t publication, int64_t id, int64_t *changed, struct error *err)
{
	return step(db, publication, id, approve, changed, err);
}

bool roster_import_undo(struct db *db, int64_t publication, int64_t id, int64_t *changed, struct error *err)
{
	return step(db, publication, id, undo, changed, err);
}
