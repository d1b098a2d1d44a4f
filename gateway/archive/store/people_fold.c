#include "gateway/archive/store/people_fold.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include <stdlib.h>
#include <string.h>

/* As in subscribers/people/subscriber.h at the time of schema 021, which is what they meant then. */
enum state { PENDING, CONFIRMED, LEFT, SUPPRESSED, CONTACT };
enum { TRIES = 10, TURN_MS = 200 };

struct person {
	int64_t id, subscriber, publication, state, changed;
	const char *folded;
};

/* Which state says most of a person's will; of those that are equal, the later one counts. */
static int weight(int64_t state)
{
	static const int weights[] = { [PENDING] = 0, [CONTACT] = 1, [LEFT] = 2, [CONFIRMED] = 2, [SUPPRESSED] = 3 };
	return weights[state];
}

/* Those of one person together, the one that stays first. */
static int by_person(const void *one, const void *other)
{
	const struct person *a = one, *b = other;
	int order = (a->publication > b->publication) - (a->publication < b->publication);
	order = order ? order : strcmp(a->folded, b->folded);
	order = order ? order : weight(b->state) - weight(a->state);
	order = order ? order : (b->changed > a->changed) - (b->changed < a->changed);
	return order ? order : (a->id > b->id) - (a->id < b->id);
}

static bool read_all(void *owner, struct db *db, struct person **all, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, subscriber, publication, state, CASE WHEN ended > confirmed THEN ended ELSE confirmed END, value"
	                                    " FROM address WHERE kind = 0 AND folded IS NULL ORDER BY id", DB_NONE);
	*all = NULL;
	*count = 0;
	while (db_next(rows)) {
		struct person *p = mem_push(owner, *all, *count);
		*p = (struct person){ .id = db_column_int(rows, 0), .subscriber = db_column_int(rows, 1), .publication = db_column_int(rows, 2),
		                      .state = db_column_int(rows, 3), .changed = db_column_int(rows, 4),
		                      .folded = mailbox_fold(owner, db_column_text(rows, 5)) };
	}
	return db_finish(rows, err);
}

/* Of two letters of one issue the one that was sent stays. */
static bool merge_deliveries(struct db *db, int64_t keep, int64_t gone, struct error *err)
{
	const struct db_value *both = DB_ARGS(db_int(keep), db_int(gone));
	return db_run(db, "DELETE FROM delivery WHERE address = $1 AND next_try IS NOT NULL AND issue IN"
	                  " (SELECT d.issue FROM delivery d WHERE d.address = $2 AND d.next_try IS NULL)", both, err) &&
	       db_run(db, "DELETE FROM delivery WHERE address = $2 AND issue IN (SELECT d.issue FROM delivery d WHERE d.address = $1)", both, err) &&
	       db_run(db, "UPDATE delivery SET address = $1 WHERE address = $2", both, err);
}

static bool merge_subscriber(struct db *db, int64_t keep, int64_t gone, struct error *err)
{
	const struct db_value *both = DB_ARGS(db_int(keep), db_int(gone));
	return keep == gone || (db_run(db, "UPDATE session SET subscriber = $1 WHERE subscriber = $2", both, err) &&
	                        db_run(db, "UPDATE address SET subscriber = $1 WHERE subscriber = $2", both, err) &&
	                        db_run(db, "DELETE FROM subscriber WHERE id = $1", DB_ARGS(db_int(gone)), err));
}

static bool merge(struct db *db, const struct person *keep, const struct person *gone, struct error *err)
{
	const struct db_value *both = DB_ARGS(db_int(keep->id), db_int(gone->id));
	return db_run(db, "UPDATE consent SET address = $1 WHERE address = $2", both, err) &&
	       db_run(db, "UPDATE proof SET address = $1 WHERE address = $2", both, err) && merge_deliveries(db, keep->id, gone->id, err) &&
	       merge_subscriber(db, keep->subscriber, gone->subscriber, err) &&
	       (gone->state != CONFIRMED || tally_add(db, gone->publication, TALLY_MAIL, "", -1, err)) &&
	       db_run(db, "UPDATE address SET folded = $3, merged = $1, state = $4 WHERE id = $2",
	              DB_ARGS(db_int(keep->id), db_int(gone->id), db_text(gone->folded), db_int(LEFT)), err);
}

static bool set_folded(struct db *db, const struct person *all, size_t count, struct error *err)
{
	enum { STRIDE = 3, MOST = 500 };
	for (size_t i = 0; i < count; i += MOST) {
		size_t n = count - i < MOST ? count - i : MOST;
		struct db_value *sets = mem_array(NULL, struct db_value, n * STRIDE);
		for (size_t k = 0; k < n; k++) {
			sets[k * STRIDE] = db_int(all[i + k].id);
			sets[k * STRIDE + 1] = db_text(all[i + k].folded);
			sets[k * STRIDE + 2] = (struct db_value){ .type = DB_END };
		}
		bool fine = db_run_each(db, "UPDATE address SET folded = $2 WHERE id = $1 AND merged = 0", sets, STRIDE, n, err);
		talloc_free(sets);
		if (!fine)
			return false;
	}
	return true;
}

static bool fold(void *scratch, struct db *db, struct error *err)
{
	struct person *all;
	size_t count, twins = 0, keep = 0;
	if (!read_all(scratch, db, &all, &count, err))
		return false;
	if (count)
		qsort(all, count, sizeof *all, by_person);
	for (size_t i = 1; i < count; i++) {
		bool same = all[i].publication == all[keep].publication && strcmp(all[i].folded, all[keep].folded) == 0;
		if (same && !merge(db, &all[keep], &all[i], err))
			return false;
		twins += same;
		keep = same ? keep : i;
	}
	if (twins)
		log_info("addresses that differ only in how they are written are one now", log_int("merged", (int64_t)twins));
	return set_folded(db, all, count, err);
}

static bool once(struct db *db, struct error *err)
{
	void *scratch = talloc_new(NULL);
	bool fine = db_begin(db, err) && db_end(db, fold(scratch, db, err), err);
	talloc_free(scratch);
	return fine;
}

bool people_fold(struct db *db, struct error *err)
{
	int64_t waiting;
	bool fine = db_get_int(db, "SELECT count(*) FROM (SELECT 1 AS one FROM address WHERE folded IS NULL LIMIT 1) AS unfolded", DB_NONE, &waiting, err);
	if (!fine || !waiting)
		return fine;
	db_raced(db);
	/* Another process that opens it at the same moment does the same, and one of the two has nothing left to do. */
	for (int i = 0; !(fine = once(db, err)) && db_raced(db) && i < TRIES; i++)
		db_wait(db, TURN_MS, -1);
	return fine;
}
