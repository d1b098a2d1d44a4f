#include "subscribers/plan/plan.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/proof/session.h"

/* Rows of one step: few enough that page views do not wait for the transaction. */
enum { CHUNK = 500 };
/* The interval of session_sweep, and the pause after a database error. */
#define SWEEP CLOCK_HOUR
#define PAUSE CLOCK_SECOND

/* The columns that the rows of both kinds of audience share. */
#define INSERT_ROWS \
	"INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)" \
	" SELECT $1, a.id, a.kind, 1, $2, $3, 0, $3, 0, 0 FROM address a "

/* What a step is about, in case that it fails. */
struct subject {
	const struct quarantine_kind *kind; /* NULL: nothing in particular */
	int64_t id, publication;
};

static bool take_news(struct db *db, struct subject *subject, bool *worked, struct error *err)
{
	int64_t entry, publication, issue;
	enum archive_news news;
	if (!archive_take_news(db, &entry, &publication, &news, err))
		return false;
	*worked = news != ARCHIVE_NO_NEWS;
	if (!*worked)
		return true;
	*subject = (struct subject){ &plan_news, entry, publication };
	enum issue_kind kind = news == ARCHIVE_NEWS_ENTRY ? ISSUE_ENTRY : news == ARCHIVE_NEWS_REVISION ? ISSUE_REVISION : ISSUE_WITHDRAWAL;
	/* An entry is announced once, even if it becomes news again. */
	if (db_get_int(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned, consent)"
	                   " VALUES ($1, $2, $3, $4, 0, 0, (SELECT coalesce(max(id), 0) FROM consent))"
	                   " ON CONFLICT DO NOTHING RETURNING id",
	               DB_ARGS(db_int(publication), db_int(kind), db_int(entry), db_int(clock_now())), &issue, err))
		return true;
	return err->kind == ERROR_NOT_FOUND;
}

/* {"letter": "owner", "notice": 12}; if the owner has no usable address, the notice is logged. */
static bool tell_owner(struct db *db, void *scratch, const struct notice *n, struct error *err)
{
	int64_t address;
	struct publication *p = publication_by_id(scratch, db, n->publication, err);
	if (!p)
		return false;
	log_warning("notice", log_text("subject", n->subject), log_int("source", n->source));
	if (!subscriber_owner(db, p, &address, err)) {
		if (err->kind == ERROR_INVALID)
			log_warning("notice not sent", log_text("error", err->text));
		return err->kind == ERROR_INVALID;
	}
	return ledger_notice(db, address, mem_printf(scratch, "{\"letter\":\"owner\",\"notice\":%lld}", (long long)n->id), NULL, err);
}

static bool take_notice(struct db *db, struct subject *subject, bool *worked, struct error *err)
{
	struct notice *n = NULL;
	void *scratch = talloc_new(NULL);
	bool fine = notice_take(scratch, db, &n, err);
	if (n)
		*subject = (struct subject){ &plan_notices, n->id, n->publication };
	fine = fine && (!n || tell_owner(db, scratch, n, err));
	*worked = fine && n;
	talloc_free(scratch);
	return fine;
}

struct unplanned {
	int64_t issue, publication, entry, consent, cursor;
	enum issue_kind kind;
};

/* Inserts the next chunk of rows for an entry: all addresses whose consent is older than the issue, by ids: the clock may have been set meanwhile. */
static bool plan_entry(struct db *db, const struct unplanned *u, int64_t last, struct error *err)
{
	return db_run(db, INSERT_ROWS "WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.consent <= $8"
	                  " ON CONFLICT (issue, address) DO NOTHING",
	              DB_ARGS(db_int(u->issue), db_int(DELIVERY_WAITING), db_int(clock_now()), db_int(u->publication),
	                      db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(last), db_int(u->consent)), err);
}

/* A revision or withdrawal goes to the actors that got the entry, never by mail. */
static bool plan_follow_up(struct db *db, const struct unplanned *u, int64_t last, struct error *err)
{
	return db_run(db, INSERT_ROWS "WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.kind = $8 AND EXISTS"
	                  " (SELECT 1 FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = a.id AND i.entry = $9 AND i.kind = $10)"
	                  " ON CONFLICT (issue, address) DO NOTHING",
	              DB_ARGS(db_int(u->issue), db_int(DELIVERY_WAITING), db_int(clock_now()), db_int(u->publication),
	                      db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(last), db_int(ADDRESS_ACTOR), db_int(u->entry),
	                      db_int(ISSUE_ENTRY)), err);
}

static bool next_unplanned(struct db *db, struct unplanned *u, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, publication, entry, consent, cursor, kind FROM issue WHERE planned = 0 ORDER BY id LIMIT 1", DB_NONE);
	*found = db_next(rows);
	if (*found)
		*u = (struct unplanned){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3),
		                         db_column_int(rows, 4), (enum issue_kind)db_column_int(rows, 5) };
	return db_finish(rows, err);
}

/* The id of the last address of the next chunk; the cursor itself when there are no more. */
static bool chunk_end(struct db *db, const struct unplanned *u, int64_t *last, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(id), $3) FROM (SELECT id FROM address WHERE publication = $1 AND state = $2 AND id > $3"
	                      " ORDER BY id LIMIT $4) chunk",
	                  DB_ARGS(db_int(u->publication), db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(CHUNK)), last, err);
}

static bool plan_chunk(struct db *db, struct subject *subject, bool *worked, struct error *err)
{
	struct unplanned u;
	int64_t last;
	if (!next_unplanned(db, &u, worked, err))
		return false;
	if (!*worked)
		return true;
	*subject = (struct subject){ &plan_issues, u.issue, u.publication };
	if (!chunk_end(db, &u, &last, err))
		return false;
	if (last == u.cursor)
		return db_run(db, "UPDATE issue SET planned = $2 WHERE id = $1", DB_ARGS(db_int(u.issue), db_int(clock_now())), err);
	return (u.kind == ISSUE_ENTRY ? plan_entry : plan_follow_up)(db, &u, last, err) &&
	       db_run(db, "UPDATE issue SET cursor = $2 WHERE id = $1", DB_ARGS(db_int(u.issue), db_int(last)), err);
}

static bool step(struct db *db, struct subject *subject, bool *worked, struct error *err)
{
	struct hold hold = { 0 };
	if (!db_begin(db, err))
		return false;
	bool fine = hold_get(db, &hold, err);
	if (fine && !hold.since)
		fine = take_news(db, subject, worked, err);
	if (fine && !hold.since && !*worked)
		fine = take_notice(db, subject, worked, err);
	if (fine && !hold.since && !*worked)
		fine = plan_chunk(db, subject, worked, err);
	return db_end(db, fine, err);
}

bool plan_step(struct db *db, bool *worked, struct error *err)
{
	struct subject subject = { 0 };
	struct error why = { 0 };
	*worked = false;
	if (step(db, &subject, worked, &why))
		return true;
	/* TEMPORARY and PERMANENT are the database's own: anything else would fail too. */
	if (!subject.kind || why.kind == ERROR_TEMPORARY || why.kind == ERROR_PERMANENT) {
		*err = why;
		return false;
	}
	log_warning("not planned", log_text("kind", subject.kind->name), log_int("row", subject.id), log_text("error", why.text));
	*worked = quarantine_failed(db, subject.kind, subject.id, subject.publication, why.text, err);
	return *worked;
}

/* So that nobody wonders why no letters come. */
static void warn_if_held(struct db *db)
{
	struct hold hold;
	struct error ignored;
	if (hold_get(db, &hold, &ignored) && hold.since)
		log_warning("nothing is sent: this instance was restored from a backup; 'pennypost restore --go' or '--drop' ends that");
}

bool plan_run(struct role *role, struct error *err)
{
	int64_t swept = 0; /* steady time */
	role_ready(role);
	while (role_go_on(role)) {
		bool worked = false;
		int64_t now = clock_steady();
		if ((!swept || now - swept > SWEEP) && session_sweep(role->db, clock_now(), err)) {
			warn_if_held(role->db);
			swept = now;
		}
		if (plan_step(role->db, &worked, err)) {
			if (!worked)
				role_wait(role, CLOCK_MINUTE);
		} else if (err->kind == ERROR_TEMPORARY) {
			log_warning("planning put off", log_text("error", err->text));
			role_wait(role, PAUSE);
		} else {
			return false;
		}
	}
	return true;
}
