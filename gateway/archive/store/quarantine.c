#include "gateway/archive/store/quarantine.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include <string.h>

#define WATCH_EVERY (5 * CLOCK_SECOND)
/* No lease is longer: the clock was set back since it began. */
#define LEASE_MAX (2 * CLOCK_HOUR)
/* The clock was set when it moved so far from the steady one; then processes need so long at most until they have renewed their leases. */
#define CLOCK_SET (30 * CLOCK_SECOND)
#define UNSURE (10 * CLOCK_MINUTE)
/* After the server was out of reach, others need so long at most until they have found it again and have renewed theirs. */
#define FOUND_AGAIN (30 * CLOCK_SECOND)
/* Counts of tries that came to nothing more are kept so long, and one notice is enough for so long. */
#define KEEP CLOCK_DAY

static bool free_rows(struct db *db, const struct quarantine_kind *k, const char *holder, struct error *err)
{
	char *sql = mem_printf(NULL, "UPDATE %s SET holder = NULL, crashes = crashes + 1, %s WHERE holder = $1", k->table, k->release);
	bool fine = db_run(db, sql, DB_ARGS(db_text(holder), db_int(clock_now())), err);
	talloc_free(sql);
	return fine;
}

static bool free_gone(void *scratch, struct db *db, const struct quarantine_kind *k, struct error *err)
{
	const char **gone = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(db, mem_printf(scratch, "SELECT DISTINCT holder FROM %s WHERE holder IS NOT NULL AND %s", k->table, k->which), DB_NONE);
	while (db_next(rows))
		if (holder_is_gone(db_column_text(rows, 0))) {
			char *holder = db_column_dup(scratch, rows, 0);
			*mem_push(scratch, gone, count) = holder;
		}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = free_rows(db, k, gone[i], err);
	return fine;
}

static bool free_expired(void *scratch, struct db *db, const struct quarantine_kind *k, struct error *err)
{
	int64_t now = clock_now();
	const char *sql = mem_printf(scratch, "UPDATE %s SET holder = NULL, crashes = crashes + 1, %s WHERE holder IS NOT NULL AND holder <> $1 AND %s"
	                                      " AND (%s <= $2 OR %s > $3)", k->table, k->release, k->which, k->lease, k->lease);
	return db_run(db, sql, DB_ARGS(db_text(holder_self(scratch)), db_int(now), db_int(now + LEASE_MAX)), err);
}

/* One letter a day tells of all: the list has the rest. */
static bool tell(struct db *db, const struct quarantine_kind *k, int64_t id, int64_t publication, const char *words, struct error *err)
{
	static const char subject[] = "something was put into quarantine";
	int64_t told;
	if (!db_get_int(db, "SELECT count(*) FROM notice WHERE publication = $1 AND subject = $2 AND created > $3",
	                DB_ARGS(db_int(publication), db_text(subject), db_int(clock_now() - KEEP)), &told, err))
		return false;
	if (told)
		return true;
	char *text = mem_printf(NULL, "Something that %s should have done was given up after %d tries, so that what comes after it goes on: %s.\n\n"
	                              "'pennypost quarantine list' shows what it is, and whether there is more. 'pennypost quarantine retry %lld' tries it again, "
	                              "best after an update; 'pennypost quarantine drop %lld' forgets it.",
	                        k->role, QUARANTINE_TRIES, words, (long long)id, (long long)id);
	bool fine = notice_post(db, &(struct notice){ .publication = publication, .subject = subject, .text = text }, err);
	talloc_free(text);
	return fine;
}

/* The constraint decides which of several processes tells the owner. */
static bool put(struct db *db, const struct quarantine_kind *k, int64_t row, int64_t publication, const char *words, struct error *err)
{
	int64_t id, now = clock_now();
	bool mine = db_get_int(db, "INSERT INTO quarantine (kind, item, publication, tries, since, failed, words) VALUES ($1, $2, $3, 0, $4, $4, $5)"
	                           " ON CONFLICT (kind, item) DO UPDATE SET since = $4, words = $5 WHERE quarantine.since = 0 RETURNING id",
	                       DB_ARGS(db_text(k->name), db_int(row), db_int(publication), db_int(now), db_text(words)), &id, err);
	if (!mine && err->kind != ERROR_NOT_FOUND)
		return false;
	if (mine)
		log_error("quarantined", log_text("kind", k->name), log_int("row", row), log_int("id", id), log_text("why", words));
	return k->close(db, row, err) && (!mine || tell(db, k, id, publication, words, err));
}

struct culprit {
	int64_t row, publication;
};

static bool put_culprits(void *scratch, struct db *db, const struct quarantine_kind *k, struct error *err)
{
	struct culprit *all = NULL;
	size_t count = 0;
	const char *words = mem_printf(scratch, "the role %s ended %d times while it held this %s", k->role, QUARANTINE_TRIES, k->name);
	struct db_rows *rows = db_query(db, mem_printf(scratch, "SELECT %s, %s FROM %s WHERE crashes > 0 AND crashes >= $1 AND holder IS NULL AND %s",
	                                               k->key, k->publication, k->table, k->which), DB_ARGS(db_int(QUARANTINE_TRIES)));
	while (db_next(rows))
		*mem_push(scratch, all, count) = (struct culprit){ db_column_int(rows, 0), db_column_int(rows, 1) };
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = put(db, k, all[i].row, all[i].publication, words, err);
	return fine;
}

/* Reading first keeps a role that holds nothing from taking the write lock. */
static bool any_held(void *scratch, struct db *db, const struct quarantine_kind *k, bool *any, struct error *err)
{
	int64_t held = 0;
	const char *sql = mem_printf(scratch, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE holder IS NOT NULL AND %s LIMIT 1) held", k->table, k->which);
	bool fine = db_get_int(db, sql, DB_NONE, &held, err);
	*any = held > 0;
	return fine;
}

static bool recover(struct db *db, const struct quarantine_kind *k, bool sure, struct error *err)
{
	bool any;
	void *scratch = talloc_new(NULL);
	bool fine = any_held(scratch, db, k, &any, err);
	if (fine && any)
		fine = db_begin_rows(db, err) &&
		       db_end(db, free_gone(scratch, db, k, err) && (!sure || free_expired(scratch, db, k, err)) && put_culprits(scratch, db, k, err), err);
	talloc_free(scratch);
	return fine;
}

/* Reads before it writes, as above. */
static bool make_possible(struct db *db, const struct quarantine_kind *k, struct error *err)
{
	int64_t count = 0, now = clock_now();
	void *scratch = talloc_new(NULL);
	const char *read = mem_printf(scratch, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE holder IS NULL AND %s AND %s LIMIT 1) late", k->table, k->which, k->impossible);
	const char *write = mem_printf(scratch, "UPDATE %s SET %s WHERE holder IS NULL AND %s AND %s AND $1 = $2", k->table, k->release, k->which, k->impossible);
	bool fine = db_get_int(db, read, DB_ARGS(db_int(now)), &count, err) && (!count || db_run(db, write, DB_ARGS(db_int(now), db_int(now)), err));
	talloc_free(scratch);
	return fine;
}

/* Was the clock set since the last call?  True at the first call, too: it may have been set before. */
static bool clock_was_set(struct quarantine_watch *w)
{
	int64_t offset = clock_now() - clock_steady(), moved = offset - w->offset;
	bool set = !w->begun || moved > CLOCK_SET || moved < -CLOCK_SET;
	if (set && w->begun) {
		log_warning("the system clock was set", log_int("ms", moved));
		w->sure = clock_steady() + UNSURE;
	}
	w->offset = offset;
	w->begun = true;
	return set;
}

/* Does a lease that has passed tell that its holder has ended? */
static bool is_sure(const struct db *db, const struct quarantine_watch *w)
{
	int64_t now = clock_steady(), returned = db_returned(db);
	return now >= w->sure && (!returned || now - returned >= FOUND_AGAIN);
}

bool quarantine_watch(struct db *db, const struct quarantine_kind *const *kinds, struct quarantine_watch *w, struct error *err)
{
	if (w->begun && clock_steady() < w->next)
		return true;
	struct quarantine_watch before = *w;
	bool fine = true, set = clock_was_set(w);
	for (; fine && *kinds; kinds++)
		fine = recover(db, *kinds, is_sure(db, w), err) && (!set || !(*kinds)->impossible || make_possible(db, *kinds, err));
	if (!fine)
		*w = before;
	w->next = clock_steady() + WATCH_EVERY;
	return fine;
}

/* What does not end with the new lease is of no row in work. */
static bool renew(void *scratch, struct db *db, const struct quarantine_kind *k, int64_t lease_ms, const int64_t *rows, size_t count, struct error *err)
{
	int64_t now = clock_now();
	const char *me = holder_self(scratch), *one = mem_printf(scratch, "UPDATE %s SET %s = $3 WHERE %s = $1 AND holder = $2", k->table, k->lease, k->key);
	const char *rest = mem_printf(scratch, "UPDATE %s SET holder = NULL, %s WHERE holder = $1 AND %s AND %s <> $3", k->table, k->release, k->which, k->lease);
	enum { STRIDE = 4 };
	struct db_value *sets = mem_array(scratch, struct db_value, STRIDE * count);
	for (size_t i = 0; i < count; i++) {
		const struct db_value set[STRIDE] = { db_int(rows[i]), db_text(me), db_int(now + lease_ms) };
		memcpy(&sets[STRIDE * i], set, sizeof set);
	}
	return db_run_each(db, one, sets, STRIDE, count, err) && db_run(db, rest, DB_ARGS(db_text(me), db_int(now), db_int(now + lease_ms)), err);
}

bool quarantine_renew(struct db *db, const struct quarantine_kind *k, int64_t lease_ms, const int64_t *rows, size_t count, struct error *err)
{
	bool any;
	void *scratch = talloc_new(NULL);
	bool fine = any_held(scratch, db, k, &any, err);
	if (fine && any)
		fine = db_begin_rows(db, err) && db_end(db, renew(scratch, db, k, lease_ms, rows, count, err), err);
	talloc_free(scratch);
	return fine;
}

bool quarantine_release(struct db *db, const struct quarantine_kind *k, struct error *err) { return quarantine_renew(db, k, 0, NULL, 0, err); }

bool quarantine_suspects(struct db *db, const struct quarantine_kind *k, bool *due, struct error *err)
{
	int64_t count;
	char *sql = mem_printf(NULL, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE crashes > 0 AND holder IS NULL AND %s AND %s LIMIT 1) suspect",
	                       k->table, k->which, k->waiting);
	bool fine = db_get_int(db, sql, DB_ARGS(db_int(clock_now())), &count, err);
	*due = fine && count;
	talloc_free(sql);
	return fine;
}

static bool count_failure(struct db *db, const struct quarantine_kind *k, int64_t row, int64_t publication, const char *why, struct error *err)
{
	int64_t tries, now = clock_now();
	return db_run(db, "DELETE FROM quarantine WHERE since = 0 AND failed < $1", DB_ARGS(db_int(now - KEEP)), err) &&
	       db_get_int(db, "INSERT INTO quarantine (kind, item, publication, tries, since, failed, words) VALUES ($1, $2, $3, 1, 0, $4, $5)"
	                      " ON CONFLICT (kind, item) DO UPDATE SET tries = quarantine.tries + 1, failed = $4, words = $5 RETURNING tries",
	                  DB_ARGS(db_text(k->name), db_int(row), db_int(publication), db_int(now), db_text(why)), &tries, err) &&
	       (tries < QUARANTINE_TRIES || put(db, k, row, publication, why, err));
}

bool quarantine_failed(struct db *db, const struct quarantine_kind *k, int64_t row, int64_t publication, const char *why, struct error *err)
{
	return db_begin_rows(db, err) && db_end(db, count_failure(db, k, row, publication, why, err), err);
}

bool quarantine_list(void *owner, struct db *db, struct quarantined ***all, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT id, item, publication, since, kind, words FROM quarantine WHERE since > 0 ORDER BY id", DB_NONE);
	*all = NULL;
	while (db_next(rows)) {
		struct quarantined *q = mem_new(owner, struct quarantined);
		*q = (struct quarantined){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3),
		                           db_column_dup(q, rows, 4), db_column_dup(q, rows, 5) };
		*mem_push(owner, *all, count) = q;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

static const struct quarantine_kind *named(const struct quarantine_kind *const *kinds, const char *name)
{
	while (*kinds && strcmp((*kinds)->name, name) != 0)
		kinds++;
	return *kinds;
}

/* Deletes the row of the quarantine; its kind and item are *kind and *item. */
static bool take_out(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, const struct quarantine_kind **kind, int64_t *item,
                     struct error *err)
{
	struct db_rows *rows = db_query(db, "DELETE FROM quarantine WHERE id = $1 AND since > 0 RETURNING kind, item", DB_ARGS(db_int(id)));
	bool found = db_next(rows);
	*kind = found ? named(kinds, db_column_text(rows, 0)) : NULL;
	*item = found ? db_column_int(rows, 1) : 0;
	while (db_next(rows)) {}
	if (!db_finish(rows, err))
		return false;
	return *kind || error_set(err, ERROR_NOT_FOUND, "there is no %lld in quarantine: 'pennypost quarantine list' shows what is", (long long)id);
}

bool quarantine_retry(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, struct error *err)
{
	const struct quarantine_kind *kind;
	int64_t item;
	return db_begin(db, err) && db_end(db, take_out(db, kinds, id, &kind, &item, err) && kind->retry(db, item, err), err);
}

bool quarantine_drop(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, struct error *err)
{
	const struct quarantine_kind *kind;
	int64_t item;
	return db_begin(db, err) && db_end(db, take_out(db, kinds, id, &kind, &item, err) && kind->drop(db, item, err), err);
}
