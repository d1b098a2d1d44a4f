#include "subscribers/plan/plan.h"
#include "gateway/archive/store/archive_letter.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "subscribers/gate/gate.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/people/audience.h"
#include "subscribers/plan/digest.h"
#include "subscribers/plan/plan_leave.h"
#include "subscribers/plan/plan_letter.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/session.h"

enum { CHUNK = PLAN_CHUNK, RELOCK = 10 };
/* The interval of session_sweep, and the pause after a database error. */
#define SWEEP CLOCK_HOUR
/* So many posts of a publication have their copies replaced in this time, after its gate or a day has changed: each goes to all followers. */
#define RELOCK_EVERY CLOCK_MINUTE
#define PAUSE CLOCK_SECOND

/* The columns that the rows of both kinds of audience share. */
#define INSERT_ROWS \
	"INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)" \
	" SELECT $1, a.id, a.kind, 1, $2, " PAUSE_DUE("$3") ", 0, $3, 0, 0 FROM address a "

/* What a step is about, in case that it fails. */
struct subject {
	const struct quarantine_kind *kind; /* NULL: nothing in particular */
	int64_t id, publication;
};

/* What is sent of the entry is what the gate says by now. */
static bool note_sent(struct db *db, int64_t id, bool first, struct error *err)
{
	struct gate gate;
	void *scratch = talloc_new(NULL);
	struct entry *entry = archive_get(scratch, db, id, err);
	struct publication *p = entry ? publication_by_id(scratch, db, entry->publication, err) : NULL;
	bool fine = entry ? p && gate_of(db, p, &gate, err) && archive_note_sent(db, id, gate_locked(&gate, entry), first, err) : err->kind == ERROR_NOT_FOUND;
	talloc_free(scratch);
	return fine;
}

/* The row of the publication is held until the commit, so that numbers appear in their order: whoever sees one has seen all below. */
static bool number(struct db *db, int64_t publication, int64_t issue, struct error *err)
{
	int64_t n;
	return db_get_int(db, "UPDATE publication SET posted = posted + 1 WHERE id = $1 RETURNING posted", DB_ARGS(db_int(publication)), &n, err) &&
	       db_run(db, "UPDATE issue SET number = $2 WHERE id = $1", DB_ARGS(db_int(issue), db_int(n)), err);
}

static bool take_news(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	(void)now;
	int64_t entry, publication, issue;
	enum archive_news news;
	if (!archive_take_news(db, &entry, &publication, &news, err))
		return false;
	*worked = news != ARCHIVE_NO_NEWS;
	if (!*worked)
		return true;
	*subject = (struct subject){ &plan_news, entry, publication };
	if (news != ARCHIVE_NEWS_WITHDRAWAL && !note_sent(db, entry, news == ARCHIVE_NEWS_ENTRY, err))
		return false;
	enum issue_kind kind = news == ARCHIVE_NEWS_ENTRY ? ISSUE_ENTRY : news == ARCHIVE_NEWS_REVISION ? ISSUE_REVISION : ISSUE_WITHDRAWAL;
	/* An entry is announced once, even if it becomes news again. */
	if (db_get_int(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned, consent)"
	                   " VALUES ($1, $2, $3, $4, 0, 0, (SELECT coalesce(max(id), 0) FROM consent))"
	                   " ON CONFLICT DO NOTHING RETURNING id",
	               DB_ARGS(db_int(publication), db_int(kind), db_int(entry), db_int(clock_now())), &issue, err))
		return kind != ISSUE_ENTRY || number(db, publication, issue, err);
	return err->kind == ERROR_NOT_FOUND;
}

/* What is a post of the archive is news from then on (take_news); the audience of a series comes by and by (plan_letter.c). */
static bool take_letter(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	(void)subject, (void)now;
	struct archive_letter *l = NULL;
	void *scratch = talloc_new(NULL);
	bool fine = archive_letter_take(scratch, db, &l, err);
	*worked = fine && l;
	if (*worked && (l->series || !l->archived))
		fine = plan_letter(db, l, err);
	talloc_free(scratch);
	return fine;
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

static bool take_notice(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	(void)now;
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

static bool take_ask(struct db *db, struct subject *subject, bool *worked, struct error *err)
{
	struct subject asked = { .kind = &ask_queue };
	bool fine = ask_answer(db, &asked.id, &asked.publication, err);
	*worked = asked.id != 0;
	if (asked.id)
		*subject = asked;
	return fine;
}

struct unplanned {
	int64_t issue, publication, entry, consent, cursor, number;
	enum issue_kind kind;
	char language[16];
};

/* Of mail addresses those who get each post now, and want this one: the others have it in a digest (digest.h). */
#define GETS_EACH 	" AND (a.kind <> 0 OR (a.due IS NULL AND a.digested < $9 AND (a.schedule = -1 OR (a.schedule = 0 AND p.schedule = 0))" 	" AND (a.language = '' OR a.language = $10) AND (a.topics = 0 OR (" 	"NOT EXISTS (SELECT 1 FROM address_topic t JOIN entry_tag g ON g.slug = t.slug WHERE t.address = a.id AND t.wanted = 0 AND g.entry = $11)" 	" AND (NOT EXISTS (SELECT 1 FROM address_topic t WHERE t.address = a.id AND t.wanted = 1) OR" 	" EXISTS (SELECT 1 FROM address_topic t JOIN entry_tag g ON g.slug = t.slug WHERE t.address = a.id AND t.wanted = 1 AND g.entry = $11))))))"

/* Inserts the next chunk of rows for an entry: all addresses whose consent is older than the issue, by ids: the clock may have been set meanwhile. */
static bool plan_entry(struct db *db, const struct unplanned *u, int64_t last, int64_t now, struct error *err)
{
	return db_run(db, INSERT_ROWS "JOIN publication p ON p.id = a.publication"
	                  " WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.consent <= $8" GETS_EACH
	                  " ON CONFLICT (issue, address) DO NOTHING",
	              DB_ARGS(db_int(u->issue), db_int(DELIVERY_WAITING), db_int(now), db_int(u->publication),
	                      db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(last), db_int(u->consent), db_int(u->number), db_text(u->language),
	                      db_int(u->entry)), err);
}

/* The same for a letter that is in no archive: by mail alone, to its audience, and a correction to those alone who get what it corrects. */
static bool insert_mailed(void *scratch, struct db *db, const struct unplanned *u, const struct audience *audience, int64_t last, int64_t now, struct error *err)
{
	enum { OWN = 15 };
	struct db_value args[OWN + AUDIENCE_VALUES_MAX + 1] = {
		db_int(u->issue), db_int(DELIVERY_WAITING), db_int(now), db_int(u->publication), db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(last),
		db_int(u->consent), db_int(ADDRESS_MAIL), db_int(u->entry), db_int(ISSUE_ENTRY), db_int(ISSUE_LETTER), db_int(ISSUE_SERIES), db_int(DELIVERY_FAILED),
		db_int(DELIVERY_SUPPRESSED) };
	const char *sql = mem_printf(scratch, INSERT_ROWS "WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.consent <= $8 AND a.kind = $9"
	                             " AND (EXISTS (SELECT 1 FROM letter l WHERE l.entry = $10 AND l.corrects IS NULL) OR EXISTS (SELECT 1 FROM letter l"
	                             " JOIN issue i ON i.entry = l.corrects AND i.kind IN ($11, $12, $13) JOIN delivery d ON d.issue = i.id AND d.address = a.id"
	                             " AND d.state NOT IN ($14, $15) WHERE l.entry = $10))%s ON CONFLICT (issue, address) DO NOTHING",
	                             audience_sql(scratch, audience, OWN + 1, args + OWN));
	return db_run(db, sql, args, err);
}

static bool plan_mailed(struct db *db, const struct unplanned *u, int64_t last, int64_t now, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct archive_letter *l = archive_letter_get(scratch, db, u->entry, err);
	struct publication *p = l ? publication_by_id(scratch, db, u->publication, err) : NULL;
	struct audience *a = p ? audience_parse(scratch, p, l->audience, err) : NULL;
	bool fine = a && insert_mailed(scratch, db, u, a, last, now, err);
	talloc_free(scratch);
	return fine;
}

/* A revision or withdrawal goes to the actors that got the entry, never by mail. */
static bool plan_follow_up(struct db *db, const struct unplanned *u, int64_t last, int64_t now, struct error *err)
{
	return db_run(db, INSERT_ROWS "WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.kind = $8 AND EXISTS"
	                  " (SELECT 1 FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = a.id AND i.entry = $9 AND i.kind = $10)"
	                  " ON CONFLICT (issue, address) DO NOTHING",
	              DB_ARGS(db_int(u->issue), db_int(DELIVERY_WAITING), db_int(now), db_int(u->publication),
	                      db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(last), db_int(ADDRESS_ACTOR), db_int(u->entry),
	                      db_int(ISSUE_ENTRY)), err);
}

/* All who follow show what the publication says of itself. */
static bool plan_followers(struct db *db, const struct unplanned *u, int64_t last, int64_t now, struct error *err)
{
	return db_run(db, INSERT_ROWS "WHERE a.publication = $4 AND a.state = $5 AND a.id > $6 AND a.id <= $7 AND a.kind = $8 ON CONFLICT (issue, address) DO NOTHING",
	              DB_ARGS(db_int(u->issue), db_int(DELIVERY_WAITING), db_int(now), db_int(u->publication), db_int(ADDRESS_CONFIRMED),
	                      db_int(u->cursor), db_int(last), db_int(ADDRESS_ACTOR)), err);
}

static bool plan_rows(struct db *db, const struct unplanned *u, int64_t last, int64_t now, struct error *err)
{
	switch (u->kind) {
	case ISSUE_ENTRY: return plan_entry(db, u, last, now, err);
	case ISSUE_LETTER: return plan_mailed(db, u, last, now, err);
	case ISSUE_PROFILE: return plan_followers(db, u, last, now, err);
	case ISSUE_REVISION:
	case ISSUE_WITHDRAWAL:
	case ISSUE_NOTICE:
	case ISSUE_DIGEST:
	case ISSUE_SERIES: break;
	}
	return plan_follow_up(db, u, last, now, err);
}

/* One that is not planned yet will say it all. */
bool plan_profile(struct db *db, int64_t publication, struct error *err)
{
	return db_run(db, "INSERT INTO issue (publication, kind, created, cursor, planned, consent)"
	                  " SELECT $1, $2, $3, 0, 0, (SELECT coalesce(max(id), 0) FROM consent)"
	                  " WHERE NOT EXISTS (SELECT 1 FROM issue WHERE publication = $1 AND kind = $2 AND planned = 0 AND cursor = 0)",
	              DB_ARGS(db_int(publication), db_int(ISSUE_PROFILE), db_int(clock_now())), err);
}

static bool next_unplanned(struct db *db, struct unplanned *u, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT i.id, i.publication, i.entry, i.consent, i.cursor, i.number, i.kind, coalesce(e.language, p.language) FROM issue i"
	                                    " JOIN publication p ON p.id = i.publication LEFT JOIN entry e ON e.id = i.entry WHERE i.planned = 0 ORDER BY i.id LIMIT 1", DB_NONE);
	*found = db_next(rows);
	if (*found) {
		*u = (struct unplanned){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3),
		                         db_column_int(rows, 4), db_column_int(rows, 5), (enum issue_kind)db_column_int(rows, 6), "" };
		digest_language(u->language, sizeof u->language, db_column_text(rows, 7));
	}
	return db_finish(rows, err);
}

/* The id of the last address of the next chunk; the cursor itself when there are no more. */
static bool chunk_end(struct db *db, const struct unplanned *u, int64_t *last, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(id), $3) FROM (SELECT id FROM address WHERE publication = $1 AND state = $2 AND id > $3"
	                      " ORDER BY id LIMIT $4) chunk",
	                  DB_ARGS(db_int(u->publication), db_int(ADDRESS_CONFIRMED), db_int(u->cursor), db_int(CHUNK)), last, err);
}

static bool plan_chunk(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
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
		return db_run(db, "UPDATE issue SET planned = $2 WHERE id = $1", DB_ARGS(db_int(u.issue), db_int(now)), err);
	return plan_rows(db, &u, last, now, err) &&
	       db_run(db, "UPDATE issue SET cursor = $2 WHERE id = $1", DB_ARGS(db_int(u.issue), db_int(last)), err);
}

/* In a series no row fails by itself. */
static bool take_series(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	(void)subject, (void)now;
	return plan_series(db, worked, err);
}

static bool plan_digests(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	struct digest_step made;
	bool fine = digest_plan(db, now, &made, err);
	if (made.schedule)
		*subject = (struct subject){ &digest_schedules, made.schedule, made.publication };
	*worked = made.worked;
	return fine;
}

/* What is planned while the instance is not held; the first that has something to do is the step. */
static bool (*const takers[])(struct db *, int64_t now, struct subject *, bool *, struct error *) = {
	take_letter, take_news, take_notice, plan_chunk, take_series, plan_digests,
};

static bool step(struct db *db, int64_t now, struct subject *subject, bool *worked, struct error *err)
{
	struct hold hold = { 0 };
	if (!db_begin(db, err))
		return false;
	/* Who asks for a letter waits at a screen. */
	bool fine = take_ask(db, subject, worked, err) && hold_get(db, &hold, err);
	for (size_t i = 0; fine && !hold.since && !*worked && i < sizeof takers / sizeof *takers; i++)
		fine = takers[i](db, now, subject, worked, err);
	return db_end(db, fine, err);
}

bool plan_step(struct db *db, bool *worked, struct error *err) { return plan_step_at(db, clock_now(), worked, err); }

bool plan_step_at(struct db *db, int64_t now, bool *worked, struct error *err)
{
	struct subject subject = { 0 };
	struct error why = { 0 };
	bool fine;
	for (int races = 0; !(fine = (*worked = false, step(db, now, &subject, worked, &why))) && db_again(db, &races);)
		subject = (struct subject){ 0 };
	if (fine)
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

bool plan_relock(struct db *db, struct error *err)
{
	struct publication **all;
	struct gate gate;
	size_t count;
	int64_t changed;
	void *scratch = talloc_new(NULL);
	bool fine = publication_all(scratch, db, &all, &count, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = gate_of(db, all[i], &gate, err) && archive_relock(db, all[i]->id, gate.open_since, RELOCK, &changed, err);
	talloc_free(scratch);
	return fine;
}

/* So that nobody wonders why no letters come. */
static void warn_if_held(struct db *db)
{
	struct hold hold;
	struct error ignored;
	if (hold_get(db, &hold, &ignored) && hold.since)
		log_warning("nothing is sent: this instance was restored from a backup; 'pennypost restore --go' or '--drop' ends that");
}

static void wait_for_news(struct role *role)
{
	struct error ignored;
	int64_t due, letter, digest = 0, now = clock_now(), most = CLOCK_MINUTE;
	if (archive_news_due(role->db, &due, &ignored) && due >= 0 && due < most)
		most = due + CLOCK_SECOND;
	if (archive_letter_next(role->db, &letter, &ignored) && letter >= 0 && letter < most)
		most = letter + 1;
	if (digest_next(role->db, &digest, &ignored) && digest > now && digest - now < most)
		most = digest - now;
	role_wait(role, most);
}

/* One portion of what there is to do, the planning first: *IDLE if there was nothing. */
static bool plan_portion(struct db *db, bool *idle, struct error *err)
{
	bool worked = false, swept = false, left = false;
	if (!plan_step(db, &worked, err) || !stop_sweep(db, &swept, err) ||
	    (!worked && !swept && !plan_leave_sweep(db, clock_now(), &left, err)))
		return false;
	*idle = !worked && !swept && !left;
	return true;
}

bool plan_run(struct role *role, struct error *err)
{
	int64_t swept = 0, relocked = 0; /* steady time */
	role_ready(role);
	while (role_go_on(role)) {
		bool idle = false;
		int64_t now = clock_steady();
		if ((!swept || now - swept > SWEEP) && session_sweep(role->db, clock_now(), err)) {
			warn_if_held(role->db);
			swept = now;
		}
		if ((!relocked || now - relocked > RELOCK_EVERY) && plan_relock(role->db, err))
			relocked = now;
		if (plan_portion(role->db, &idle, err)) {
			if (idle)
				wait_for_news(role);
		} else if (err->kind == ERROR_TEMPORARY) {
			log_warning("planning put off", log_text("error", err->text));
			role_wait(role, PAUSE);
		} else {
			return false;
		}
	}
	return true;
}
