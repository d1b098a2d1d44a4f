#include "subscribers/ledger/ledger.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A row is retried for this long, then it fails. */
#define PATIENCE (3 * CLOCK_DAY)
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

/* The boot id: a pid in a claim is meaningful only until the machine restarts. */
static void boot_id(char id[64])
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!in || !fgets(id, 64, in))
		strcpy(id, "-");
	id[strcspn(id, "\n")] = '\0';
	if (in)
		fclose(in);
}

char *ledger_holder(void *owner)
{
	char host[256] = "localhost", boot[64];
	gethostname(host, sizeof host - 1);
	boot_id(boot);
	return mem_printf(owner, "%s:%s:%ld", host, boot, (long)getpid());
}

static bool is_gone(const char *holder, const char *me)
{
	size_t same = (size_t)(strrchr(me, ':') - me) + 1;
	if (strncmp(holder, me, same) != 0)
		return false;
	pid_t pid = (pid_t)strtol(holder + same, NULL, 10);
	return pid != getpid() && kill(pid, 0) != 0 && errno == ESRCH;
}

static bool give_back(struct db *db, const char *holder, struct error *err)
{
	return db_run(db, "UPDATE delivery SET holder = NULL, next_try = $2 WHERE holder = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_text(holder), db_int(clock_now())), err);
}

bool ledger_recover(struct db *db, enum address_kind kind, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *me = ledger_holder(scratch);
	const char **gone = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT DISTINCT holder FROM delivery WHERE holder IS NOT NULL AND kind = $1", DB_ARGS(db_int(kind)));
	while (db_next(rows))
		if (is_gone(db_column_text(rows, 0), me)) {
			char *holder = db_column_dup(scratch, rows, 0);
			*mem_push(scratch, gone, count) = holder;
		}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = give_back(db, gone[i], err);
	talloc_free(scratch);
	return fine;
}

bool ledger_release(struct db *db, const char *holder, struct error *err) { return give_back(db, holder, err); }

bool ledger_renew(struct db *db, const char *holder, int64_t lease_ms, struct error *err)
{
	return db_run(db, "UPDATE delivery SET next_try = $2 WHERE holder = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_text(holder), db_int(clock_now() + lease_ms)), err);
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
	return d;
}

/* Adds the rows of one priority that are due.  Two senders that ask at once get different ones. */
static bool due(void *owner, struct db *db, enum address_kind kind, int priority, int64_t limit, struct delivery ***all, size_t *count,
                struct error *err)
{
	char *sql = db_skip_locked(NULL, db,
		"SELECT d.id, d.issue, i.publication, d.address, i.kind, i.entry, i.notice, d.kind, a.value, a.confirmed, i.created, d.tries,"
		" CASE WHEN a.state = $5 OR (i.kind = $6 AND a.state <> $7) THEN 1 ELSE 0 END"
		" FROM delivery d JOIN issue i ON i.id = d.issue JOIN address a ON a.id = d.address"
		" WHERE d.kind = $1 AND d.priority = $2 AND d.next_try <= $3 ORDER BY d.next_try, d.id LIMIT $4", "d");
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(kind), db_int(priority), db_int(clock_now()), db_int(limit),
	                                                 db_int(ADDRESS_CONFIRMED), db_int(ISSUE_NOTICE), db_int(ADDRESS_SUPPRESSED)));
	talloc_free(sql);
	while (db_next(rows)) {
		struct delivery *d = from_row(owner, rows);
		*mem_push(owner, *all, *count) = d;
	}
	return db_finish(rows, err);
}

/* A query for each priority reads a range of the index; one for both would read and sort every open row. */
static bool all_due(void *owner, struct db *db, enum address_kind kind, int64_t limit, struct delivery ***all, struct error *err)
{
	size_t count = 0;
	bool fine = true;
	*all = NULL;
	for (int priority = 0; fine && priority < PRIORITIES && (int64_t)count < limit; priority++)
		fine = due(owner, db, kind, priority, limit - (int64_t)count, all, &count, err);
	mem_fit(owner, *all, count);
	return fine;
}

/* Claims a row for a lease; a row whose address may no longer be sent to ends as suppressed instead. */
static bool claim_one(struct db *db, const struct delivery *d, const struct ledger_claimer *who, struct error *err)
{
	int64_t now = clock_now();
	if (d->allowed)
		return db_run(db, "UPDATE delivery SET holder = $2, next_try = $3 WHERE id = $1 AND next_try IS NOT NULL",
		              DB_ARGS(db_int(d->id), db_text(who->holder), db_int(now + who->lease_ms)), err);
	return db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, finished = $3, reason = $4 WHERE id = $1",
	              DB_ARGS(db_int(d->id), db_int(DELIVERY_SUPPRESSED), db_int(now), db_int(DELIVERY_LEFT)), err);
}

bool ledger_claim(void *owner, struct db *db, enum address_kind kind, const struct ledger_claimer *who, struct delivery ***all,
                  struct error *err)
{
	size_t kept = 0;
	if (!db_begin_rows(db, err))
		return false;
	bool fine = all_due(owner, db, kind, who->limit, all, err);
	for (size_t i = 0; fine && i < talloc_array_length(*all); i++) {
		fine = claim_one(db, (*all)[i], who, err);
		if ((*all)[i]->allowed)
			(*all)[kept++] = (*all)[i];
		else
			TALLOC_FREE((*all)[i]);
	}
	if (fine)
		mem_fit(owner, *all, kept);
	return db_end(db, fine, err);
}

/* 1, 5, 15 minutes, 1, 3, 6 hours, then every 6, with random jitter so that rows are not retried all at once. */
static int64_t wait_after(int tries, int64_t id)
{
	static const int minutes[] = { 1, 5, 15, 60, 180, 360 };
	size_t last = sizeof minutes / sizeof *minutes - 1, n = tries < 1 ? 0 : (size_t)tries - 1;
	int64_t wait = minutes[n < last ? n : last] * CLOCK_MINUTE;
	return wait + wait / 4 * (id % 16) / 16;
}

/* Only open rows are changed: a role whose lease has expired must not reopen what another one has delivered. */
static bool defer(struct db *db, const struct delivery_outcome *o, const char *words, struct error *err)
{
	int64_t now = clock_now(), wait = wait_after(o->tries + 1, o->delivery), changed;
	if (o->retry_after > wait)
		wait = o->retry_after;
	if (!db_change(db, "UPDATE delivery SET state = $2, next_try = $3, holder = NULL, tries = tries + 1, reason = $4, words = $5"
	                   " WHERE id = $1 AND created > $6 AND next_try IS NOT NULL",
	               DB_ARGS(db_int(o->delivery), db_int(DELIVERY_DEFERRED), db_int(now + wait), db_int(o->reason), db_text(words),
	                       db_int(now - PATIENCE)), &changed, err))
		return false;
	return changed || db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, tries = tries + 1, reason = $3,"
	                             " words = $4, finished = $5 WHERE id = $1 AND next_try IS NOT NULL",
	                         DB_ARGS(db_int(o->delivery), db_int(DELIVERY_FAILED), db_int(DELIVERY_GAVE_UP), db_text(words), db_int(now)), err);
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

static bool end(struct db *db, const struct delivery_outcome *o, const char *words, struct error *err)
{
	if (!db_run(db, "UPDATE delivery SET state = $2, next_try = NULL, holder = NULL, tries = tries + 1, reason = $3, words = $4,"
	                " finished = $5 WHERE id = $1 AND next_try IS NOT NULL",
	            DB_ARGS(db_int(o->delivery), db_int(o->state), db_int(o->reason), db_text(words), db_int(clock_now())), err))
		return false;
	if (o->state != DELIVERY_FAILED || o->reason != DELIVERY_DEAD)
		return true;
	return end_address(db, o->delivery, words ? words : "the address does not exist", err);
}

bool ledger_record(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err)
{
	if (!db_begin_rows(db, err))
		return false;
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++) {
		const struct delivery_outcome *o = &outcomes[i];
		char *words = o->words ? text_cut(NULL, o->words, WORDS_MAX) : NULL;
		fine = o->state == DELIVERY_DEFERRED ? defer(db, o, words, err) : end(db, o, words, err);
		talloc_free(words);
	}
	return db_end(db, fine, err);
}

bool ledger_next_due(struct db *db, enum address_kind kind, int64_t *ms, struct error *err)
{
	/* One index lookup for each priority: otherwise every open row would be read. */
	struct db_rows *rows = db_query(db,
		"SELECT min(t) FROM (SELECT min(next_try) AS t FROM delivery WHERE kind = $1 AND priority = 0 AND next_try IS NOT NULL"
		" UNION ALL SELECT min(next_try) FROM delivery WHERE kind = $1 AND priority = 1 AND next_try IS NOT NULL) first",
		DB_ARGS(db_int(kind)));
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}
