#include "subscribers/people/preference.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

enum { PORTION = 2000 };

/* The last number up to which every post has its rows: what is open may still give a row to anybody. */
#define SETTLED \
	"coalesce((SELECT min(i.number) - 1 FROM issue i WHERE i.publication = $1 AND i.number > 0 AND i.planned <= 0)," \
	" (SELECT p.posted FROM publication p WHERE p.id = $1))"
/* Readers of the publication's rhythm are owed a digest, since it went back to single posts. */
#define OWING "EXISTS (SELECT 1 FROM schedule s WHERE s.publication = $1 AND s.rhythm = 0 AND s.run > 0)"

/* What a change of preferences goes by. */
struct standing {
	int64_t publication, schedule, by_default, due; /* due 0: none */
	bool owed;                                      /* a digest of the publication's rhythm that is being made may not have come to them yet */
};

static bool standing_of(struct db *db, int64_t address, struct standing *s, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT a.publication, a.schedule, p.schedule, a.due,"
	                                    " CASE WHEN a.schedule = 0 AND EXISTS (SELECT 1 FROM schedule s WHERE s.publication = p.id AND s.rhythm = 0 AND s.run > 0)"
	                                    " THEN 1 ELSE 0 END FROM address a"
	                                    " JOIN publication p ON p.id = a.publication WHERE a.id = $1", DB_ARGS(db_int(address)));
	bool found = db_next(rows);
	if (found)
		*s = (struct standing){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3), db_column_int(rows, 4) != 0 };
	return db_finish(rows, err) && (found || error_set(err, ERROR_NOT_FOUND, "there is no such address"));
}

static bool gets_each(int64_t schedule, int64_t by_default) { return schedule == SCHEDULE_EACH || (schedule == SCHEDULE_DEFAULT && by_default == 0); }

static bool schedule_id(struct db *db, int64_t publication, const struct rhythm *r, int64_t *id, struct error *err)
{
	return db_get_int(db, "INSERT INTO schedule (publication, rhythm, day, minute, zone, next, run, closed) VALUES ($1, $2, $3, $4, $5, 0, 0, 0)"
	                      " ON CONFLICT (publication, rhythm, day, minute, zone) DO UPDATE SET rhythm = excluded.rhythm RETURNING id",
	                  DB_ARGS(db_int(publication), db_int(r->kind), db_int(r->day), db_int(r->minute), db_text(r->zone ? r->zone : "")), id, err);
}

static bool rhythm_of(void *owner, struct db *db, int64_t schedule, struct rhythm *r, struct error *err)
{
	*r = (struct rhythm){ .kind = RHYTHM_EACH, .zone = "" };
	struct db_rows *rows = db_query(db, "SELECT rhythm, day, minute, zone FROM schedule WHERE id = $1", DB_ARGS(db_int(schedule)));
	if (db_next(rows))
		*r = (struct rhythm){ (enum rhythm_kind)db_column_int(rows, 0), (int)db_column_int(rows, 1), (int)db_column_int(rows, 2), db_column_dup(owner, rows, 3) };
	return db_finish(rows, err);
}

static bool read_topics(struct db *db, int64_t address, struct preferences *had, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT slug, wanted FROM address_topic WHERE address = $1 ORDER BY slug", DB_ARGS(db_int(address)));
	while (db_next(rows)) {
		struct topic t = { db_column_dup(had, rows, 0), db_column_int(rows, 1) != 0 };
		*mem_push(had, had->topics, count) = t;
	}
	mem_fit(had, had->topics, count);
	return db_finish(rows, err);
}

struct preferences *preferences_get(void *owner, struct db *db, const struct publication *p, int64_t address, struct error *err)
{
	struct preferences *had = NULL;
	int64_t schedule = 0, by_default = 0;
	struct db_rows *rows = db_query(db, "SELECT a.schedule, p.schedule, a.due, a.text_only, a.language FROM address a JOIN publication p ON p.id = a.publication"
	                                    " WHERE a.id = $1 AND p.id = $2", DB_ARGS(db_int(address), db_int(p->id)));
	if (db_next(rows)) {
		had = mem_new(owner, struct preferences);
		schedule = db_column_int(rows, 0);
		by_default = db_column_int(rows, 1);
		had->chosen = schedule != SCHEDULE_DEFAULT;
		had->paused_until = db_column_int(rows, 2);
		had->text_only = db_column_int(rows, 3) != 0;
		had->language = db_column_dup(had, rows, 4);
	}
	had = db_finish_one(rows, had, "there is no such address", err);
	if (!had || (rhythm_of(had, db, had->chosen ? schedule : by_default, &had->rhythm, err) && read_topics(db, address, had, err)))
		return had;
	talloc_free(had);
	return NULL;
}

/* A reader of single posts who wants something else now: what they have had need not be looked for again. */
static bool settle(struct db *db, int64_t address, const struct standing *s, struct error *err)
{
	return db_run(db, "UPDATE address SET digested = " SETTLED " WHERE id = $2 AND digested < " SETTLED,
	              DB_ARGS(db_int(s->publication), db_int(address)), err);
}

static bool write_topics(struct db *db, int64_t address, const struct preferences *with, struct error *err)
{
	bool fine = db_run(db, "DELETE FROM address_topic WHERE address = $1", DB_ARGS(db_int(address)), err);
	for (size_t i = 0; fine && i < talloc_array_length(with->topics); i++)
		fine = db_run(db, "INSERT INTO address_topic (address, slug, wanted) VALUES ($1, $2, $3) ON CONFLICT (address, slug) DO UPDATE SET wanted = excluded.wanted",
		              DB_ARGS(db_int(address), db_text(with->topics[i].slug), db_int(with->topics[i].wanted)), err);
	return fine;
}

struct change {
	struct db *db;
	int64_t address, now;
	const struct preferences *with;
};

static bool choose(const struct change *c, int64_t publication, int64_t *schedule, struct error *err)
{
	*schedule = c->with->chosen ? SCHEDULE_EACH : SCHEDULE_DEFAULT;
	return !c->with->chosen || c->with->rhythm.kind == RHYTHM_EACH || schedule_id(c->db, publication, &c->with->rhythm, schedule, err);
}

static bool change(void *context, struct error *err)
{
	const struct change *c = context;
	const struct preferences *with = c->with;
	struct standing s = { 0 };
	int64_t schedule = SCHEDULE_DEFAULT;
	if (!standing_of(c->db, c->address, &s, err) || !choose(c, s.publication, &schedule, err))
		return false;
	bool had_each = gets_each(s.schedule, s.by_default) && !s.due && !s.owed, each = gets_each(schedule, s.by_default);
	/* Who had digests, or paused, and wants single posts is owed what they have not had. */
	int64_t due = with->paused_until > c->now ? with->paused_until : each && !had_each ? c->now : 0;
	if (had_each && (!each || due) && !settle(c->db, c->address, &s, err))
		return false;
	return db_run(c->db, "UPDATE address SET schedule = $2, due = $3, topics = $4, text_only = $5, language = $6 WHERE id = $1",
	              DB_ARGS(db_int(c->address), db_int(schedule), db_int_or_null(due), db_int(talloc_array_length(with->topics) > 0), db_int(with->text_only),
	                      db_text(with->language ? with->language : "")), err) &&
	       write_topics(c->db, c->address, with, err);
}

bool preferences_set(struct db *db, int64_t address, const struct preferences *with, int64_t now, struct error *err)
{
	if (with->paused_until > now + PAUSE_MAX)
		return error_set(err, ERROR_INVALID, "a pause lasts a year at most");
	if (talloc_array_length(with->topics) > TOPICS_MAX)
		return error_set(err, ERROR_INVALID, "more than %d topics are too many", TOPICS_MAX);
	return db_transact(db, change, &(struct change){ db, address, now, with }, err);
}

static bool strings(void *owner, struct db_rows *rows, char ***all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(rows))
		*mem_push(owner, *all, count) = db_column_dup(owner, rows, 0);
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

bool preferences_offered(void *owner, struct db *db, int64_t publication, int64_t limit, char ***slugs, struct error *err)
{
	return strings(owner, db_query(db, "SELECT name FROM tally WHERE publication = $1 AND kind = $2 GROUP BY name HAVING sum(n) > 0"
	                                   " ORDER BY sum(n) DESC, name LIMIT $3", DB_ARGS(db_int(publication), db_int(TALLY_TAG), db_int(limit))), slugs, err);
}

bool preferences_languages(void *owner, struct db *db, int64_t publication, int64_t looked_at, char ***tags, struct error *err)
{
	return strings(owner, db_query(db, "SELECT DISTINCT lower(CASE substr(tag, 3, 1) WHEN '-' THEN substr(tag, 1, 2) WHEN '_' THEN substr(tag, 1, 2) ELSE tag END) AS tag"
	                                   " FROM (SELECT coalesce(e.language, p.language) AS tag FROM entry e JOIN publication p ON p.id = e.publication"
	                                   " WHERE e.publication = $1 AND e.state = 0 ORDER BY e.published DESC LIMIT $2) newest ORDER BY tag",
	                               DB_ARGS(db_int(publication), db_int(looked_at))), tags, err);
}

bool preferences_default(void *owner, struct db *db, int64_t publication, struct rhythm *r, struct error *err)
{
	int64_t schedule;
	return db_get_int(db, "SELECT schedule FROM publication WHERE id = $1", DB_ARGS(db_int(publication)), &schedule, err) &&
	       rhythm_of(owner, db, schedule, r, err);
}

struct new_default {
	struct db *db;
	int64_t publication;
	const struct rhythm *rhythm;
	int64_t changed;
};

/* Readers of single posts have had what is settled.  To say so for all of them saves the first digest from looking each post up for each reader. */
static bool settle_portion(void *context, struct error *err)
{
	struct new_default *n = context;
	return db_change(n->db, "UPDATE address SET digested = " SETTLED " WHERE id IN (SELECT a.id FROM address a WHERE a.publication = $1 AND a.schedule = 0"
	                        " AND a.digested < " SETTLED " AND a.state = 1 AND a.kind = 0 AND a.due IS NULL ORDER BY a.digested, a.id LIMIT $2)"
	                        " AND (SELECT p.schedule FROM publication p WHERE p.id = $1) = 0 AND NOT " OWING,
	                 DB_ARGS(db_int(n->publication), db_int(PORTION)), &n->changed, err);
}

/* Back to single posts: what was waiting for the next digest goes out in one now. */
static bool owe(struct db *db, int64_t publication, struct error *err)
{
	int64_t id;
	return schedule_id(db, publication, &(struct rhythm){ .kind = RHYTHM_EACH, .zone = "" }, &id, err) &&
	       db_run(db, "UPDATE schedule SET next = NULL, run = (SELECT posted FROM publication WHERE id = $2) WHERE id = $1",
	              DB_ARGS(db_int(id), db_int(publication)), err);
}

static bool set_default(void *context, struct error *err)
{
	struct new_default *n = context;
	int64_t had, id = 0;
	bool each = n->rhythm->kind == RHYTHM_EACH;
	return db_get_int(n->db, "SELECT schedule FROM publication WHERE id = $1", DB_ARGS(db_int(n->publication)), &had, err) &&
	       (each || schedule_id(n->db, n->publication, n->rhythm, &id, err)) && (!each || !had || owe(n->db, n->publication, err)) &&
	       db_run(n->db, "UPDATE publication SET schedule = $2 WHERE id = $1", DB_ARGS(db_int(n->publication), db_int(id)), err);
}

bool preferences_set_default(struct db *db, int64_t publication, const struct rhythm *r, struct error *err)
{
	struct new_default n = { db, publication, r, PORTION };
	while (r->kind != RHYTHM_EACH && n.changed) {
		if (!db_transact(db, settle_portion, &n, err))
			return false;
		db_give_way(db);
	}
	return db_transact(db, set_default, &n, err);
}
