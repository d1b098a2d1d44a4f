#include "feeds/source/source.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define COLUMNS "id, publication, kind, url, title, site, state, etag, last_modified, body_hash, imported, next_fetch, last_fetch, pause, skip_hours, skip_days," \
	" last_status, failures, failing_since, last_error, approved, moved, moved_since, moved_times, pushed_until, quiet_before, identity, last_whole," \
	" headers, proxy, pause_min, pause_max, access, hold, full_text, name, folder, authenticate"

static struct source_settings settings_of(void *owner, struct db_rows *rows, int n)
{
	return (struct source_settings){
		.headers = db_column_dup(owner, rows, n), .proxy = db_column_dup(owner, rows, n + 1),
		.pause_min = db_column_int(rows, n + 2), .pause_max = db_column_int(rows, n + 3),
		.access = (enum entry_access)db_column_int(rows, n + 4),
		.hold = db_column_int(rows, n + 5) != 0, .full_text = db_column_int(rows, n + 6) != 0,
		.name = db_column_dup(owner, rows, n + 7), .folder = db_column_dup(owner, rows, n + 8),
		.authenticate = db_column_dup(owner, rows, n + 9),
	};
}

static struct source *from_row(void *owner, struct db_rows *rows)
{
	struct source *s = mem_new(owner, struct source);
	int n = 0;
	s->id = db_column_int(rows, n++);
	s->publication = db_column_int(rows, n++);
	s->kind = (enum source_kind)db_column_int(rows, n++);
	s->url = db_column_dup(s, rows, n++);
	s->title = db_column_dup(s, rows, n++);
	s->site = db_column_dup(s, rows, n++);
	s->state = (enum source_state)db_column_int(rows, n++);
	s->etag = db_column_dup(s, rows, n++);
	s->last_modified = db_column_dup(s, rows, n++);
	s->body_hash = db_column_dup(s, rows, n++);
	s->imported = db_column_int(rows, n++);
	s->next_fetch = db_column_int(rows, n++);
	s->last_fetch = db_column_int(rows, n++);
	s->pause = db_column_int(rows, n++);
	s->skip_hours = (uint32_t)db_column_int(rows, n++);
	s->skip_days = (uint8_t)db_column_int(rows, n++);
	s->last_status = (int)db_column_int(rows, n++);
	s->failures = (int)db_column_int(rows, n++);
	s->failing_since = db_column_int(rows, n++);
	s->last_error = db_column_dup(s, rows, n++);
	s->approved = db_column_int(rows, n++) != 0;
	s->moved = db_column_dup(s, rows, n++);
	s->moved_since = db_column_int(rows, n++);
	s->moved_times = (int)db_column_int(rows, n++);
	s->pushed_until = db_column_int(rows, n++);
	s->quiet_before = db_column_int(rows, n++);
	s->identity = (int)db_column_int(rows, n++);
	s->last_whole = db_column_int(rows, n++);
	s->settings = settings_of(s, rows, n);
	return s;
}

const char *source_name(const struct source *source) { return source->settings.name ? source->settings.name : source->title; }

static struct source *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	struct source *s = db_next(rows) ? from_row(owner, rows) : NULL;
	if (!db_finish(rows, err)) {
		talloc_free(s);
		return NULL;
	}
	if (!s)
		error_set(err, ERROR_NOT_FOUND, "there is no such source: 'pennypost source list' shows them");
	return s;
}

bool source_add(struct db *db, int64_t publication, enum source_kind kind, const char *url, int64_t lease_ms, int64_t *id, struct error *err)
{
	int64_t now = clock_now();
	if (db_get_int(db, "INSERT INTO source (publication, kind, url, state, created, imported, claimed, next_fetch, last_fetch, last_status, failures,"
	                   " approved) VALUES ($1, $2, $3, $4, $5, 0, $6, $5, 0, 0, 0, 0) ON CONFLICT (publication, url) DO NOTHING RETURNING id",
	               DB_ARGS(db_int(publication), db_int(kind), db_text(url), db_int(SOURCE_ACTIVE), db_int(now), db_int(now + lease_ms)), id, err))
		return true;
	if (err->kind != ERROR_NOT_FOUND)
		return false;
	if (!db_get_int(db, "SELECT id FROM source WHERE publication = $1 AND url = $2", DB_ARGS(db_int(publication), db_text(url)), id, err))
		return false;
	char *shown = source_redact_url(NULL, url);
	error_set(err, ERROR_EXISTS, "'%s' is a source already (%lld)", shown, (long long)*id);
	talloc_free(shown);
	return false;
}

struct source *source_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	struct source *s = one(owner, db, "SELECT " COLUMNS " FROM source WHERE id = $1", DB_ARGS(db_int(id)), err);
	if (!s && err->kind == ERROR_NOT_FOUND)
		error_set(err, ERROR_NOT_FOUND, "there is no source %lld: 'pennypost source list' shows them", (long long)id);
	return s;
}

char *source_url_of_mail(void *owner, const char *address)
{
	char *normal = mailbox_normalise(owner, address);
	return normal ? mem_printf(owner, "mailto:%s", mailbox_fold(owner, normal)) : NULL;
}

struct source *source_find(void *owner, struct db *db, int64_t publication, const char *url, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM source WHERE publication = $1 AND url = $2", DB_ARGS(db_int(publication), db_text(url)), err);
}

/* Reads all rows. */
static bool all_of(void *owner, struct db_rows *rows, struct source ***all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct source *s = from_row(owner, rows);
		*mem_push(owner, *all, count) = s;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

bool source_list(void *owner, struct db *db, int64_t publication, struct source ***all, struct error *err)
{
	return all_of(owner, db_query(db, "SELECT " COLUMNS " FROM source WHERE ($1 = 0 OR publication = $1) ORDER BY id", DB_ARGS(db_int(publication))), all, err);
}

/* Those with so many crashes. */
static bool claim(void *owner, struct db *db, const struct source_claimer *who, int64_t crashes, int64_t limit, struct source ***all, struct error *err)
{
	int64_t now = clock_now();
	return all_of(owner, db_query(db, "UPDATE source SET claimed = $3, holder = $5 WHERE claimed <= $2 AND holder IS NULL AND id IN (SELECT id FROM source"
	                                  " WHERE state = 0 AND kind = $1 AND next_fetch <= $2 AND claimed <= $2 AND holder IS NULL AND crashes = $6"
	                                  " ORDER BY next_fetch LIMIT $4) RETURNING " COLUMNS,
	                              DB_ARGS(db_int(SOURCE_FEED), db_int(now), db_int(now + who->lease_ms), db_int(limit), db_text(who->holder),
	                                      db_int(crashes))), all, err);
}

bool source_claim(void *owner, struct db *db, const struct source_claimer *who, struct source ***all, struct error *err)
{
	bool fine = claim(owner, db, who, who->suspects ? 1 : 0, who->suspects ? TRIAL_GROUP : who->limit, all, err);
	for (int64_t crashes = 2; who->suspects && fine && crashes < QUARANTINE_TRIES && talloc_array_length(*all) == 0; crashes++)
		fine = claim(owner, db, who, crashes, 1, all, err);
	return fine;
}

struct source *source_claim_one(void *owner, struct db *db, int64_t id, const char *holder, int64_t lease_ms, struct error *err)
{
	int64_t now = clock_now(), changed;
	struct source *s = source_get(owner, db, id, err);
	if (!s || !db_change(db, "UPDATE source SET claimed = $3, holder = $4 WHERE id = $1 AND claimed <= $2",
	                     DB_ARGS(db_int(id), db_int(now), db_int(now + lease_ms), db_text(holder)), &changed, err))
		return NULL;
	talloc_free(s);
	if (changed)
		return source_get(owner, db, id, err);
	error_set(err, ERROR_TEMPORARY, "source %lld is being fetched right now; try again in a moment", (long long)id);
	return NULL;
}

static bool close_source(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE source SET state = $2, holder = NULL, crashes = 0, last_error = 'in quarantine' WHERE id = $1",
	              DB_ARGS(db_int(id), db_int(SOURCE_PAUSED)), err);
}

static bool retry(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE source SET state = $2, next_fetch = $3 WHERE id = $1 AND state = $4",
	              DB_ARGS(db_int(id), db_int(SOURCE_ACTIVE), db_int(clock_now()), db_int(SOURCE_PAUSED)), err);
}

/* It stays paused. */
static bool drop(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE source SET last_error = 'dropped from quarantine' WHERE id = $1 AND state = $2", DB_ARGS(db_int(id), db_int(SOURCE_PAUSED)), err);
}

_Static_assert(SOURCE_FEED == 0 && SOURCE_ACTIVE == 0, "the SQL has these numbers");
const struct quarantine_kind source_queue = {
	.name = "source", .role = "ingest", .table = "source", .key = "id", .which = "kind = 0", .waiting = "state = 0 AND claimed <= $1 AND next_fetch <= $1",
	.lease = "claimed", .release = "claimed = 0, next_fetch = $2", .impossible = "(claimed > $1 + 7200000 OR (next_fetch > $1 AND last_fetch > $1 + 60000))",
	.publication = "publication", .close = close_source, .retry = retry, .drop = drop,
};

bool source_put_off(struct db *db, int64_t id, int64_t next_fetch, struct error *err)
{
	return db_run(db, "UPDATE source SET claimed = 0, holder = NULL, next_fetch = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(next_fetch)), err);
}

bool source_next_due(struct db *db, int64_t *ms, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(CASE WHEN claimed > next_fetch THEN claimed ELSE next_fetch END) FROM source WHERE state = 0 AND kind = $1 AND holder IS NULL",
	                                DB_ARGS(db_int(SOURCE_FEED)));
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

bool source_record(struct db *db, const struct source *s, struct error *err)
{
	/* Another source may have got the same URL since it was looked up; the conflict must not fail the whole transaction. */
	return db_run(db, "UPDATE source SET url = CASE WHEN EXISTS (SELECT 1 FROM source o WHERE o.publication = source.publication AND o.url = $2 AND o.id <> $1)"
	                  " THEN url ELSE $2 END, title = $3, etag = $4, last_modified = $5, body_hash = $6, imported = $7, next_fetch = $8,"
	                  " last_fetch = $9, pause = $10, last_status = $11, failures = $12, failing_since = $13, last_error = $14, approved = $15,"
	                  " moved = $16, moved_since = $17, moved_times = $18, identity = $19, skip_hours = $20, skip_days = $21, quiet_before = $24, last_whole = $25, site = $26,"
	                  " claimed = 0, holder = NULL, crashes = 0, state = CASE WHEN state = $23 THEN state ELSE $22 END WHERE id = $1",
	              DB_ARGS(db_int(s->id), db_text(s->url), db_text(s->title), db_text(s->etag), db_text(s->last_modified), db_text(s->body_hash),
	                      db_int(s->imported), db_int(s->next_fetch), db_int(s->last_fetch), db_int(s->pause), db_int(s->last_status),
	                      db_int(s->failures), db_int(s->failing_since), db_text(s->last_error), db_int(s->approved), db_text(s->moved),
	                      db_int(s->moved_since), db_int(s->moved_times), db_int(s->identity), db_int(s->skip_hours),
	                      db_int(s->skip_days), db_int(s->state), db_int(SOURCE_PAUSED), db_int(s->quiet_before), db_int(s->last_whole),
	                      db_text(s->site)), err);
}

/* ERROR_NOT_FOUND when the change found no row. */
static bool change(struct db *db, const char *sql, const struct db_value *args, int64_t id, struct error *err)
{
	int64_t changed;
	if (!db_change(db, sql, args, &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "there is no source %lld: 'pennypost source list' shows them", (long long)id);
}

bool source_set(struct db *db, int64_t id, const struct source_settings *w, struct error *err)
{
	return change(db, "UPDATE source SET headers = $2, proxy = $3, pause_min = $4, pause_max = $5, access = $6, hold = $7, full_text = $8,"
	                  " next_fetch = $9, name = $10, folder = $11, authenticate = $12 WHERE id = $1",
	              DB_ARGS(db_int(id), db_text(w->headers), db_text(w->proxy), db_int(w->pause_min), db_int(w->pause_max), db_int(w->access),
	                      db_int(w->hold), db_int(w->full_text), db_int(clock_now()), db_text(w->name), db_text(w->folder),
	                      db_text(w->authenticate)), id, err);
}

bool source_pause(struct db *db, int64_t id, bool pause, struct error *err)
{
	return change(db, "UPDATE source SET state = $2, next_fetch = $3 WHERE id = $1 AND state <> $4",
	              DB_ARGS(db_int(id), db_int(pause ? SOURCE_PAUSED : SOURCE_ACTIVE), db_int(clock_now()), db_int(SOURCE_HELD)), id, err);
}

/* For changes that must not run during a fetch, which would overwrite them at its end. */
static bool change_unclaimed(struct db *db, const char *sql, const struct db_value *args, int64_t id, struct error *err)
{
	int64_t changed;
	if (!db_change(db, sql, args, &changed, err))
		return false;
	struct source *s = changed ? NULL : source_get(NULL, db, id, err);
	talloc_free(s);
	return changed || (s && error_set(err, ERROR_TEMPORARY, "source %lld is being fetched right now; try again in a moment", (long long)id));
}

bool source_reread(struct db *db, int64_t id, struct error *err)
{
	return change_unclaimed(db, "UPDATE source SET next_fetch = $2, quiet_before = last_fetch, etag = NULL, last_modified = NULL, body_hash = NULL"
	                            " WHERE id = $1 AND claimed <= $2", DB_ARGS(db_int(id), db_int(clock_now())), id, err);
}

bool source_set_url(struct db *db, int64_t id, const char *url, struct error *err)
{
	if (change_unclaimed(db, "UPDATE source SET url = $3, next_fetch = $2, etag = NULL, last_modified = NULL, moved = NULL, moved_since = 0, moved_times = 0"
	                         " WHERE id = $1 AND claimed <= $2", DB_ARGS(db_int(id), db_int(clock_now()), db_text(url)), id, err))
		return true;
	return err->kind == ERROR_EXISTS ? error_set(err, ERROR_EXISTS, "the publication has this address already, as a source of its own") : false;
}

bool source_approve(struct db *db, int64_t id, bool quiet, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE source SET state = $2, approved = 1, imported = CASE WHEN $3 = 1 THEN 0 ELSE imported END, next_fetch = $4,"
	                   " body_hash = NULL, etag = NULL, last_modified = NULL, news = 0 WHERE id = $1 AND state = $5",
	               DB_ARGS(db_int(id), db_int(SOURCE_ACTIVE), db_int(quiet), db_int(clock_now()), db_int(SOURCE_HELD)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "source %lld is not held: 'pennypost source list' shows the state of each", (long long)id);
}

bool source_set_pushed_until(struct db *db, int64_t id, int64_t until, struct error *err)
{
	return change(db, "UPDATE source SET pushed_until = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(until)), id, err);
}

bool source_note_contact(struct db *db, int64_t id, const char *error, struct error *err)
{
	return change(db, "UPDATE source SET last_fetch = $2, last_error = $3 WHERE id = $1", DB_ARGS(db_int(id), db_int(clock_now()), db_text(error)), id, err);
}

bool source_owns_text(struct db *db, const struct source *s, int64_t entry, bool *owns, struct error *err)
{
	int64_t others = 0;
	bool fine = db_get_int(db, "SELECT count(*) FROM entry e JOIN source o ON o.id = e.source WHERE e.id = $1 AND o.id <> $2 AND o.state IN ($3, $4)"
	                           " AND NOT (o.kind = $5 AND $6 = $7)",
	                       DB_ARGS(db_int(entry), db_int(s->id), db_int(SOURCE_ACTIVE), db_int(SOURCE_HELD), db_int(SOURCE_ACTOR), db_int(s->kind),
	                               db_int(SOURCE_FEED)), &others, err);
	*owns = others == 0;
	return fine;
}

bool source_make_due(struct db *db, int64_t id, struct error *err)
{
	int64_t now = clock_now();
	return change(db, "UPDATE source SET next_fetch = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(now)), id, err);
}

bool source_remove(struct db *db, int64_t id, struct error *err)
{
	return change(db, "DELETE FROM source WHERE id = $1", DB_ARGS(db_int(id)), id, err);
}

const char *source_state_name(enum source_state state)
{
	static const char *const names[] = { "active", "paused", "gone", "held" };
	return names[state];
}

/* Works on the text alone, because the URL of a proxy may have a scheme that url_parse does not know. */
char *source_redact_url(void *owner, const char *url)
{
	const char *host = strstr(url, "://"), *end = host ? host + 3 + strcspn(host + 3, "/?#") : NULL;
	const char *at = host ? memrchr(host + 3, '@', (size_t)(end - host - 3)) : NULL;
	return at ? mem_printf(owner, "%.*s://***%s", (int)(host - url), url, at) : mem_dup(owner, url);
}
