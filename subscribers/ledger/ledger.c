#include "subscribers/ledger/ledger.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/ledger/retry.h"
#include <string.h>

/* A row is retried for this long after its first try, then it fails.  A server of the fediverse may be down over a long weekend. */
#define PATIENCE_MAIL (2 * CLOCK_DAY)
#define PATIENCE_ACTOR (3 * CLOCK_DAY)
enum { WORDS_MAX = 500, PRIORITIES = 2 };

bool ledger_notice(struct db *db, int64_t address, const char *payload, int64_t *issue, struct error *err)
{
	int64_t id, now = clock_now();
	if (!db_begin(db, err))
		return false;
	bool fine = db_get_int(db, "INSERT INTO issue (publication, kind, notice, created, cursor, planned)"
	                           " SELECT publication, $2, $3, $4, $1, $4 FROM address WHERE id = $1 RETURNING id",
	                       DB_ARGS(db_int(address), db_int(ISSUE_NOTICE), db_text(payload), db_int(now)), &id, err) &&
	            db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)"
	                       " SELECT $1, id, kind, 0, $3, $4, 0, $4, 0, 0 FROM address WHERE id = $2",
	                   DB_ARGS(db_int(id), db_int(address), db_int(DELIVERY_WAITING), db_int(now)), err);
	if (!db_end(db, fine, err))
		return false;
	if (issue)
		*issue = id;
	return true;
}

bool ledger_digest(void *owner, struct db *db, int64_t issue, struct digest_post **posts, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT e.id, s.title FROM digest_post g JOIN entry e ON e.id = g.entry JOIN publication p ON p.id = e.publication"
	                                    " LEFT JOIN source s ON s.id = e.source WHERE g.issue = $1"
	                                    " ORDER BY CASE WHEN p.digest_order = $2 THEN coalesce(s.title, s.url, '') ELSE '' END, e.published, e.id",
	                                DB_ARGS(db_int(issue), db_int(DIGEST_BY_SOURCE)));
	*posts = NULL;
	while (db_next(rows)) {
		struct digest_post post = { db_column_int(rows, 0), db_column_dup(owner, rows, 1) };
		*mem_push(owner, *posts, count) = post;
	}
	mem_fit(owner, *posts, count);
	return db_finish(rows, err);
}

static struct delivery *from_row(void *owner, struct db_rows *rows)
{
	struct delivery *d = mem_new(owner, struct delivery);
	d->id = db_column_int(rows, 0);
	d->issue = db_column_int(rows, 1);
	d->publication = db_column_int(rows, 2);
	d->address = db_column_int(rows, 3);
	d->kind = (enum issue_kind)db_column_int(rows, 4);
	d->entry = db_column_int(rows, 5);
	d->notice = db_column_dup(d, rows, 6);
	d->address_kind = (enum address_kind)db_column_int(rows, 7);
	d->value = db_column_dup(d, rows, 8);
	d->address_confirmed = db_column_int(rows, 9);
	d->issued = db_column_int(rows, 10);
	d->tries = (int)db_column_int(rows, 11);
	d->allowed = db_column_int(rows, 12) != 0;
	d->stop = (enum stop)db_column_int(rows, 13);
	d->answers = db_column_int(rows, 14);
	d->text_only = db_column_int(rows, 15) != 0;
	d->server = db_column_dup(d, rows, 16);
	d->supporter = db_column_int(rows, 17) == TIER_SUPPORTER;
	return d;
}

/* $1 to $4: kind, now, limit, and (below) a priority or a number of crashes. */
#define OPEN \
	"SELECT d.id, d.issue, i.publication, d.address, i.kind, i.entry, i.notice, d.kind, a.value, a.confirmed, CASE WHEN i.kind = 6 THEN d.created ELSE i.created END, d.tries," \
	" CASE WHEN a.state = $5 OR (i.kind = $6 AND a.state <> $7) THEN 1 ELSE 0 END, i.stopped, CASE WHEN i.kind = 5 THEN (SELECT max(o.id) FROM letter l JOIN issue oi ON oi.entry = l.corrects AND oi.kind IN (0, 5, 6)" \
	" JOIN delivery o ON o.issue = oi.id AND o.address = d.address WHERE l.entry = i.entry) ELSE NULL END, a.text_only, d.server," \
	" (SELECT s.tier FROM subscriber s WHERE s.id = a.subscriber)" \
	" FROM delivery d JOIN issue i ON i.id = d.issue JOIN address a ON a.id = d.address" \
	" WHERE d.kind = $1 AND d.next_try <= $2 AND d.holder IS NULL"
_Static_assert(ISSUE_ENTRY == 0 && ISSUE_LETTER == 5 && ISSUE_SERIES == 6, "the SQL has these numbers");
#define USUAL OPEN " AND d.priority = $4 AND d.crashes = 0 ORDER BY d.next_try, d.id LIMIT $3"
#define SUSPECTS OPEN " AND d.crashes > 0 AND d.crashes = $4 AND d.priority < 2 ORDER BY d.next_try, d.id LIMIT $3"

/* Adds the rows of one priority, or with so many crashes, that are due.  Two senders that ask at once get different ones. */
static bool due(void *owner, struct db *db, const char *select, enum address_kind kind, int64_t which, int64_t limit, struct delivery ***all,
                struct error *err)
{
	char *sql = db_skip_locked(NULL, db, select, "d");
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(kind), db_int(clock_now()), db_int(limit), db_int(which), db_int(ADDRESS_CONFIRMED),
	                                                 db_int(ISSUE_NOTICE), db_int(ADDRESS_SUPPRESSED)));
	size_t count = talloc_array_length(*all);
	talloc_free(sql);
	while (db_next(rows)) {
		struct delivery *d = from_row(owner, rows);
		*mem_push(owner, *all, count) = d;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

/* A query for each priority reads a range of the index; one for both would read and sort every open row. */
static bool all_due(void *owner, struct db *db, enum address_kind kind, const struct ledger_claimer *who, struct delivery ***all, struct error *err)
{
	bool fine = true;
	*all = NULL;
	if (!who->suspects) {
		for (int64_t priority = 0, left; fine && priority < PRIORITIES && (left = who->limit - (int64_t)talloc_array_length(*all)) > 0; priority++)
			fine = due(owner, db, USUAL, kind, priority, left, all, err);
		return fine;
	}
	for (int64_t crashes = 1; fine && crashes < QUARANTINE_TRIES && talloc_array_length(*all) == 0; crashes++)
		fine = due(owner, db, SUSPECTS, kind, crashes, crashes == 1 ? TRIAL_GROUP : 1, all, err);
	return fine;
}

static bool take(struct db *db, struct delivery *const *all, size_t count, const struct ledger_claimer *who, struct error *err)
{
	enum { STRIDE = 4 };
	int64_t until = clock_now() + who->lease_ms;
	struct db_value *sets = mem_array(NULL, struct db_value, STRIDE * count);
	for (size_t i = 0; i < count; i++) {
		const struct db_value set[STRIDE] = { db_int(all[i]->id), db_text(who->holder), db_int(until) };
		memcpy(&sets[STRIDE * i], set, sizeof set);
	}
	bool fine = db_run_each(db, "UPDATE delivery SET holder = $2, next_try = $3 WHERE id = $1 AND next_try IS NOT NULL", sets, STRIDE, count, err);
	talloc_free(sets);
	return fine;
}

/* A row whose address may no longer be sent to ends as suppressed. */
static bool suppress(struct db *db, const struct delivery *d, struct error *err)
{
	return db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, finished = $3, reason = $4 WHERE id = $1",
	              DB_ARGS(db_int(d->id), db_int(DELIVERY_SUPPRESSED), db_int(clock_now()), db_int(DELIVERY_LEFT)), err);
}

/* Keeps those rows that may be sent, and ends or parks the others. */
static bool sort_out(struct db *db, struct delivery **all, size_t count, size_t *kept, struct error *err)
{
	struct stop_row *stopped = NULL;
	size_t stops = 0;
	void *scratch = talloc_new(NULL);
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++) {
		struct delivery *d = all[i];
		if (d->allowed && (d->stop == STOP_NO || d->stop == STOP_ENDING)) {
			all[(*kept)++] = d;
			continue;
		}
		if (!d->allowed)
			fine = suppress(db, d, err);
		else
			*mem_push(scratch, stopped, stops) = (struct stop_row){ d->id, d->issue };
		talloc_free(d);
	}
	fine = fine && stop_turn_away(db, stopped, stops, NULL, err);
	talloc_free(scratch);
	return fine;
}

bool ledger_claim(void *owner, struct db *db, enum address_kind kind, const struct ledger_claimer *who, struct delivery ***all,
                  struct error *err)
{
	size_t kept = 0;
	if (!db_begin_rows(db, err))
		return false;
	bool fine = all_due(owner, db, kind, who, all, err) && sort_out(db, *all, talloc_array_length(*all), &kept, err) && take(db, *all, kept, who, err);
	if (fine)
		mem_fit(owner, *all, kept);
	return db_end(db, fine, err);
}

static bool give_up(struct db *db, const struct delivery_outcome *o, const char *words, struct error *err)
{
	return db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, crashes = 0, tries = tries + 1, reason = $3, words = $4,"
	                  " finished = $5 WHERE id = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_int(o->delivery), db_int(DELIVERY_FAILED), db_int(DELIVERY_GAVE_UP), db_text(words), db_int(clock_now())), err);
}

/* Only open rows are changed: a role whose lease has expired must not reopen what another one has delivered. */
static bool defer(struct db *db, const struct delivery_outcome *o, const char *words, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT first_try, kind FROM delivery WHERE id = $1 AND next_try IS NOT NULL", DB_ARGS(db_int(o->delivery)));
	bool open = db_next(rows);
	int64_t now = clock_now(), first = open ? db_column_int(rows, 0) : 0, next;
	bool mail = open && db_column_int(rows, 1) == ADDRESS_MAIL;
	if (!db_finish(rows, err))
		return false;
	if (!open)
		return true;
	struct retry r = { .first = first, .patience = mail ? PATIENCE_MAIL : PATIENCE_ACTOR, .tries = o->tries + 1, .spread = o->delivery, .after = o->retry_after };
	if (!retry_next(&r, now, &next))
		return give_up(db, o, words, err);
	return db_run(db, "UPDATE delivery SET state = $2, next_try = $3, holder = NULL, crashes = 0, tries = tries + 1, reason = $4, words = $5,"
	                  " server = $7, first_try = $6 WHERE id = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_int(o->delivery), db_int(DELIVERY_DEFERRED), db_int(next), db_int(o->reason), db_text(words),
	                      db_int(first ? first : now), db_text(o->server)), err);
}

/* A mail address that does not exist is never written to again; an actor may come back. */
static bool end_address(struct db *db, int64_t delivery, const char *words, struct error *err)
{
	int64_t address = 0, kind = 0;
	bool ended;
	struct db_rows *rows = db_query(db, "SELECT address, kind FROM delivery WHERE id = $1", DB_ARGS(db_int(delivery)));
	if (db_next(rows)) {
		address = db_column_int(rows, 0);
		kind = db_column_int(rows, 1);
	}
	return db_finish(rows, err) && address_end(db, address, kind == ADDRESS_MAIL ? ADDRESS_SUPPRESSED : ADDRESS_LEFT, words, &ended, err);
}

/* Those of the outcomes that end their rows; most of them do. */
static bool end_rows(void *scratch, struct db *db, const struct delivery_outcome *outcomes, char *const *words, size_t count, struct error *err)
{
	enum { STRIDE = 6 };
	struct db_value *sets = mem_array(scratch, struct db_value, STRIDE * count);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		const struct delivery_outcome *o = &outcomes[i];
		if (o->state == DELIVERY_DEFERRED)
			continue;
		const struct db_value set[STRIDE] = { db_int(o->delivery), db_int(o->state), db_int(o->reason), db_text(words[i]), db_int(clock_now()) };
		memcpy(&sets[STRIDE * n++], set, sizeof set);
	}
	return db_run_each(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, crashes = 0, tries = tries + 1, reason = $3, words = $4,"
	                       " finished = $5 WHERE id = $1 AND next_try IS NOT NULL", sets, STRIDE, n, err);
}

static bool is_dead(const struct delivery_outcome *o) { return o->state == DELIVERY_FAILED && o->reason == DELIVERY_DEAD; }

static bool record(void *scratch, struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err)
{
	char **words = mem_array(scratch, char *, count);
	for (size_t i = 0; i < count; i++)
		words[i] = outcomes[i].words ? text_cut(scratch, outcomes[i].words, WORDS_MAX) : NULL;
	bool fine = end_rows(scratch, db, outcomes, words, count, err);
	for (size_t i = 0; fine && i < count; i++)
		if (outcomes[i].state == DELIVERY_DEFERRED)
			fine = defer(db, &outcomes[i], words[i], err);
		else if (is_dead(&outcomes[i]))
			fine = end_address(db, outcomes[i].delivery, words[i] ? words[i] : "the address does not exist", err);
	return fine;
}

bool ledger_record(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err)
{
	if (!db_begin_rows(db, err))
		return false;
	void *scratch = talloc_new(NULL);
	bool fine = record(scratch, db, outcomes, count, err);
	talloc_free(scratch);
	return db_end(db, fine, err);
}

bool ledger_postpone(struct db *db, const char *holder, const struct ledger_later *rows, size_t count, struct error *err)
{
	enum { STRIDE = 4 };
	int64_t now = clock_now();
	if (count == 0)
		return true;
	struct db_value *sets = mem_array(NULL, struct db_value, STRIDE * count);
	for (size_t i = 0; i < count; i++) {
		const struct db_value set[STRIDE] = { db_int(rows[i].delivery), db_int(now + rows[i].ms), db_text(holder) };
		memcpy(&sets[STRIDE * i], set, sizeof set);
	}
	bool fine = db_begin_rows(db, err) &&
	            db_end(db, db_run_each(db, "UPDATE delivery SET next_try = $2, holder = NULL WHERE id = $1 AND holder = $3 AND next_try IS NOT NULL",
	                                   sets, STRIDE, count, err), err);
	talloc_free(sets);
	return fine;
}

bool ledger_is_due(struct db *db, enum address_kind kind, bool *is, struct error *err)
{
#define IS_DUE(priority) "EXISTS (SELECT 1 FROM delivery WHERE kind = $1 AND priority = " priority " AND next_try <= $2 AND holder IS NULL)"
	int64_t due = 0;
	bool fine = db_get_int(db, "SELECT CASE WHEN " IS_DUE("0") " OR " IS_DUE("1") " THEN 1 ELSE 0 END", DB_ARGS(db_int(kind), db_int(clock_now())), &due, err);
	*is = due != 0;
	return fine;
}

bool ledger_next_due(struct db *db, enum address_kind kind, int64_t *ms, struct error *err)
{
	/* One index lookup for each priority: otherwise every open row would be read. */
	struct db_rows *rows = db_query(db,
		"SELECT min(t) FROM (SELECT min(next_try) AS t FROM delivery WHERE kind = $1 AND priority = 0 AND next_try IS NOT NULL AND holder IS NULL"
		" UNION ALL SELECT min(next_try) FROM delivery WHERE kind = $1 AND priority = 1 AND next_try IS NOT NULL AND holder IS NULL) first",
		DB_ARGS(db_int(kind)));
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}
