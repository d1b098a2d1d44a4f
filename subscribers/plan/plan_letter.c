#include "subscribers/plan/plan_letter.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/audience.h"

bool plan_letter(struct db *db, const struct archive_letter *l, struct error *err)
{
	int64_t now = clock_now();
	return db_run(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned, consent)"
	                  " VALUES ($1, $2, $3, $4, 0, $5, (SELECT coalesce(max(id), 0) FROM consent)) ON CONFLICT DO NOTHING",
	              DB_ARGS(db_int(l->publication), db_int(l->series ? ISSUE_SERIES : ISSUE_LETTER), db_int(l->id), db_int(now), db_int(l->series ? now : 0)), err);
}

/* Who has come to their turn of a letter. */
struct turn {
	int64_t letter, address;
};

static bool take_turns(void *scratch, struct db *db, int64_t now, struct turn **turns, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, "DELETE FROM letter_due WHERE (letter, address) IN (SELECT letter, address FROM letter_due WHERE due <= $1"
	                                    " ORDER BY due, letter, address LIMIT $2) RETURNING letter, address",
	                                DB_ARGS(db_int(now), db_int(PLAN_CHUNK)));
	while (db_next(rows))
		*mem_push(scratch, *turns, *count) = (struct turn){ db_column_int(rows, 0), db_column_int(rows, 1) };
	return db_finish(rows, err);
}

/* Of which readers a letter is: all, or an audience.  One that cannot be understood is nobody, and *audience NULL: the series of others goes on. */
static bool audience_of(void *scratch, struct db *db, int64_t letter, struct audience **audience, struct error *err)
{
	struct archive_letter *l = archive_letter_get(scratch, db, letter, err);
	struct publication *p = l ? publication_by_id(scratch, db, l->publication, err) : NULL;
	*audience = p ? audience_parse(scratch, p, l->audience, err) : NULL;
	if (p && !*audience)
		log_warning("letter to nobody", log_int("letter", letter), log_text("error", err->text));
	return p || err->kind == ERROR_NOT_FOUND;
}

#define INSERT_ROWS \
	"INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)" \
	" SELECT i.id, a.id, a.kind, 1, $3, $4, 0, $4, 0, 0 FROM issue i JOIN address a ON a.id = $2" \
	" WHERE i.entry = $1 AND i.kind = $5 AND a.state = $6%s ON CONFLICT (issue, address) DO NOTHING"

/* The rows of those turns that are of the first one's letter. */
static bool insert_turns(void *scratch, struct db *db, const struct audience *a, const struct turn *turns, size_t count, struct error *err)
{
	enum { OWN = 6 };
	struct db_value args[OWN + AUDIENCE_VALUES_MAX + 1] = { db_int(turns->letter), db_int(0), db_int(DELIVERY_WAITING), db_int(clock_now()), db_int(ISSUE_SERIES),
		                                                db_int(ADDRESS_CONFIRMED) }, *sets = NULL;
	const char *sql = mem_printf(scratch, INSERT_ROWS, audience_sql(scratch, a, OWN + 1, args + OWN));
	size_t stride = 0, used = 0;
	while (args[stride++].type != DB_END)
		;
	for (size_t i = 0; i < count; i++) {
		args[1] = db_int(turns[i].address);
		for (size_t k = 0; turns[i].letter == turns->letter && k < stride; k++)
			*mem_push(scratch, sets, used) = args[k];
	}
	return db_run_each(db, sql, sets, stride, used / stride, err);
}

static bool plan_turns(void *scratch, struct db *db, const struct turn *turns, size_t count, struct error *err)
{
	struct audience *audience;
	for (size_t i = 0; i < count; i++) {
		bool done = false;
		for (size_t k = 0; k < i; k++)
			done = done || turns[k].letter == turns[i].letter;
		if (!done && (!audience_of(scratch, db, turns[i].letter, &audience, err) ||
		              (audience && !insert_turns(scratch, db, audience, turns + i, count - i, err))))
			return false;
	}
	return true;
}

bool plan_series(struct db *db, bool *worked, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct turn *turns = NULL;
	size_t count = 0;
	bool fine = take_turns(scratch, db, clock_now(), &turns, &count, err);
	*worked = count > 0;
	fine = fine && plan_turns(scratch, db, turns, count, err);
	talloc_free(scratch);
	return fine;
}
