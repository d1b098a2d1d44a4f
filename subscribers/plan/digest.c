#include "subscribers/plan/digest.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/people/preference.h"
#include <ctype.h>
#include <string.h>

/* Readers of one step, and of one step of those who are owed something. */
enum { CHUNK = 500, OWED = 50 };

/* Literals, where an index says the same: SQLite uses it for no parameter. */
#define READERS "FROM address a WHERE a.publication = $1 AND a.schedule = $2 AND a.digested < $3 AND a.state = 1 AND a.kind = 0 AND a.due IS NULL"

/* A run: digests of posts up to a number, for readers with one value in address.schedule. */
struct run {
	struct db *db;
	void *scratch;
	int64_t now, publication, schedule, upto;
	const char *name; /* what its issues begin with in issue.digest */
};

struct reader {
	int64_t id, digested, consent;
	bool topics, late; /* has topics; has rows for some of the posts */
	const char *language;
};

struct post {
	int64_t number, issue, entry, consent;
	bool open; /* its entry is live */
	char language[16];
};

/* Readers of a schedule, or who are owed something, share letters that are made in the same hour: a letter has a date. */
static char *name_of(const struct run *r) { return mem_printf(r->scratch, "%lld-%lld", (long long)r->schedule, (long long)(r->now / CLOCK_HOUR)); }

/* The readers of a step and the posts that some of them have not had; an issue of the digest that was made last. */
struct batch {
	struct reader *readers;
	struct post *posts;
	size_t reader_count, post_count;
	bool *had; /* reader * post_count + post: by a row of its own */
	char *last_key;
	int64_t last_issue;
};

void digest_language(char *to, size_t room, const char *tag)
{
	size_t n = strcspn(tag, "-_");
	n = n < room ? n : room - 1;
	for (size_t i = 0; i < n; i++)
		to[i] = (char)tolower((unsigned char)tag[i]);
	to[n] = '\0';
}

static void add_reader(const struct run *r, struct batch *b, struct db_rows *rows)
{
	struct reader one = { db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3) != 0, false,
	                      db_column_dup(r->scratch, rows, 4) };
	*mem_push(r->scratch, b->readers, b->reader_count) = one;
}

static bool read_posts(const struct run *r, struct batch *b, struct error *err)
{
	int64_t from = r->upto;
	for (size_t i = 0; i < b->reader_count; i++)
		from = b->readers[i].digested < from ? b->readers[i].digested : from;
	struct db_rows *rows = db_query(r->db, "SELECT i.number, i.id, i.entry, i.consent, coalesce(e.language, p.language), CASE e.state WHEN 0 THEN 1 ELSE 0 END"
	                                       " FROM issue i JOIN entry e ON e.id = i.entry JOIN publication p ON p.id = i.publication"
	                                       " WHERE i.publication = $1 AND i.number > $2 AND i.number <= $3 AND i.number > 0 ORDER BY i.number",
	                                DB_ARGS(db_int(r->publication), db_int(from), db_int(r->upto)));
	while (db_next(rows)) {
		struct post one = { db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3), db_column_int(rows, 5) != 0, "" };
		digest_language(one.language, sizeof one.language, db_column_text(rows, 4));
		*mem_push(r->scratch, b->posts, b->post_count) = one;
	}
	return db_finish(rows, err);
}

static size_t reader_at(const struct batch *b, int64_t address)
{
	for (size_t i = 0; i < b->reader_count; i++)
		if (b->readers[i].id == address)
			return i;
	return b->reader_count;
}

static void mark(struct batch *b, size_t reader, int64_t issue)
{
	for (size_t k = 0; reader < b->reader_count && k < b->post_count; k++)
		if (b->posts[k].issue == issue)
			b->had[reader * b->post_count + k] = b->readers[reader].late = true;
}

/* Which of the posts have come to which readers by themselves; where is the condition that chose the readers. */
static bool read_rows(const struct run *r, struct batch *b, const char *where, const struct db_value *args, struct error *err)
{
	b->had = mem_array(r->scratch, bool, b->reader_count * b->post_count + 1);
	/* CROSS JOIN: SQLite then looks up each post for each reader, and not all that each reader ever got. */
	char *sql = mem_printf(r->scratch, "SELECT d.address, d.issue FROM (SELECT a.id, a.digested, a.publication %s) r CROSS JOIN issue i"
	                                   " JOIN delivery d ON d.issue = i.id AND d.address = r.id"
	                                   " WHERE i.publication = r.publication AND i.number > r.digested AND i.number > 0", where);
	struct db_rows *rows = db_query(r->db, sql, args);
	while (db_next(rows))
		mark(b, reader_at(b, db_column_int(rows, 0)), db_column_int(rows, 1));
	return db_finish(rows, err);
}

/* Does the reader want this post, by their topics? */
static bool by_topics(const struct run *r, const struct reader *who, const struct post *post, bool *wants, struct error *err)
{
	int64_t unwanted, matching, wanted;
	if (!db_get_int(r->db, "SELECT count(*) FROM address_topic t JOIN entry_tag g ON g.slug = t.slug AND g.entry = $2 WHERE t.address = $1 AND t.wanted = 0",
	                DB_ARGS(db_int(who->id), db_int(post->entry)), &unwanted, err) ||
	    !db_get_int(r->db, "SELECT count(*) FROM address_topic t JOIN entry_tag g ON g.slug = t.slug AND g.entry = $2 WHERE t.address = $1 AND t.wanted = 1",
	                DB_ARGS(db_int(who->id), db_int(post->entry)), &matching, err) ||
	    !db_get_int(r->db, "SELECT count(*) FROM address_topic WHERE address = $1 AND wanted = 1", DB_ARGS(db_int(who->id)), &wanted, err))
		return false;
	*wants = !unwanted && (matching || !wanted);
	return true;
}

/* The posts of one reader: their issues, and (in a string) what tells such a set from others. */
static bool choose(const struct run *r, struct batch *b, size_t n, int64_t *entries, size_t *count, char **key, struct error *err)
{
	const struct reader *who = &b->readers[n];
	char *ids = mem_dup(r->scratch, "");
	*count = 0;
	for (size_t k = 0; k < b->post_count; k++) {
		const struct post *post = &b->posts[k];
		bool wants = post->open && post->number > who->digested && post->consent >= who->consent && !b->had[n * b->post_count + k] &&
		             (!*who->language || strcmp(who->language, post->language) == 0);
		if (wants && who->topics && !by_topics(r, who, post, &wants, err))
			return false;
		if (!wants)
			continue;
		entries[(*count)++] = post->entry;
		ids = talloc_asprintf_append_buffer(ids, ",%lld", (long long)post->issue);
	}
	char *hash = token_hash(r->scratch, mem_check(ids));
	*key = mem_printf(r->scratch, "%s.%lld.%.32s", r->name, (long long)r->upto, hash);
	talloc_free(ids);
	talloc_free(hash);
	return true;
}

static bool make_issue(const struct run *r, const char *key, const int64_t *entries, size_t count, int64_t *issue, struct error *err)
{
	enum { STRIDE = 3 };
	if (!db_get_int(r->db, "INSERT INTO issue (publication, kind, created, cursor, planned, digest) VALUES ($1, $2, $3, 0, $3, $4)"
	                       " ON CONFLICT DO NOTHING RETURNING id",
	                DB_ARGS(db_int(r->publication), db_int(ISSUE_DIGEST), db_int(r->now), db_text(key)), issue, err))
		return err->kind == ERROR_NOT_FOUND &&
		       db_get_int(r->db, "SELECT id FROM issue WHERE publication = $1 AND digest = $2", DB_ARGS(db_int(r->publication), db_text(key)), issue, err);
	struct db_value *sets = mem_array(NULL, struct db_value, STRIDE * count);
	for (size_t i = 0; i < count; i++) {
		sets[STRIDE * i] = db_int(*issue);
		sets[STRIDE * i + 1] = db_int(entries[i]);
	}
	bool fine = db_run_each(r->db, "INSERT INTO digest_post (issue, entry) VALUES ($1, $2)", sets, STRIDE, count, err);
	talloc_free(sets);
	return fine;
}

/* Has this reader the same posts as the one before, as can be seen at once? */
static bool like_the_last(const struct batch *b, size_t n)
{
	const struct reader *a = &b->readers[n], *before = n ? a - 1 : NULL;
	return before && !a->topics && !before->topics && !a->late && !before->late && a->digested == before->digested &&
	       strcmp(a->language, before->language) == 0 && (b->post_count == 0 || (a->consent <= b->posts[0].consent && before->consent <= b->posts[0].consent));
}

/* The issue for one reader; 0 when there is nothing for them. */
static bool issue_of(const struct run *r, struct batch *b, size_t n, int64_t *entries, int64_t *issue, struct error *err)
{
	size_t count;
	char *key;
	*issue = b->last_issue;
	if (like_the_last(b, n))
		return true;
	if (!choose(r, b, n, entries, &count, &key, err))
		return false;
	*issue = 0;
	if (count && b->last_issue && strcmp(key, b->last_key) == 0)
		*issue = b->last_issue;
	else if (count && !make_issue(r, key, entries, count, issue, err))
		return false;
	b->last_key = key;
	b->last_issue = *issue;
	return true;
}

/* The rows of the batch, and the numbers of its readers. */
static bool write_batch(const struct run *r, struct batch *b, struct error *err)
{
	enum { ROW = 7, MOVE = 3 };
	struct db_value *rows = mem_array(r->scratch, struct db_value, ROW * b->reader_count), *moves = mem_array(r->scratch, struct db_value, MOVE * b->reader_count);
	int64_t *entries = mem_array(r->scratch, int64_t, b->post_count + 1), issue;
	size_t count = 0;
	for (size_t n = 0; n < b->reader_count; n++) {
		const struct db_value move[MOVE] = { db_int(b->readers[n].id), db_int(r->upto) };
		memcpy(&moves[MOVE * n], move, sizeof move);
		if (!issue_of(r, b, n, entries, &issue, err))
			return false;
		const struct db_value row[ROW] = { db_int(issue), db_int(b->readers[n].id), db_int(ADDRESS_MAIL), db_int(DELIVERY_WAITING), db_int(r->now), db_int(1) };
		if (issue)
			memcpy(&rows[ROW * count++], row, sizeof row);
	}
	return db_run_each(r->db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)"
	                          " SELECT $1, a.id, $3, $6, $4, " PAUSE_DUE("$5") ", 0, $5, 0, 0 FROM address a WHERE a.id = $2", rows, ROW, count, err) &&
	       db_run_each(r->db, "UPDATE address SET digested = $2 WHERE id = $1 AND digested < $2", moves, MOVE, b->reader_count, err);
}

#define READER_COLUMNS "a.id, a.digested, a.consent, a.topics, a.language"

static bool batch_of(const struct run *r, const char *where, const struct db_value *args, size_t *count, struct error *err)
{
	struct batch b = { 0 };
	struct db_rows *rows = db_query(r->db, mem_printf(r->scratch, "SELECT " READER_COLUMNS " %s", where), args);
	while (db_next(rows))
		add_reader(r, &b, rows);
	*count = b.reader_count;
	return db_finish(rows, err) && (!b.reader_count || (read_posts(r, &b, err) && read_rows(r, &b, where, args, err) && write_batch(r, &b, err)));
}

/* The next readers with this value in their schedule; *count 0: none are left. */
static bool chunk(const struct run *r, int64_t value, size_t *count, struct error *err)
{
	return batch_of(r, READERS " ORDER BY a.digested, a.id LIMIT $4", DB_ARGS(db_int(r->publication), db_int(value), db_int(r->upto), db_int(CHUNK)), count, err);
}

/* One chunk of a run; at its end the run ends. */
static bool go_on(struct run *r, enum rhythm_kind kind, int64_t by_default, struct error *err)
{
	size_t count = 0;
	bool fine = true;
	if (kind == RHYTHM_EACH || by_default == r->schedule)
		fine = chunk(r, SCHEDULE_DEFAULT, &count, err);
	if (fine && !count && kind != RHYTHM_EACH)
		fine = chunk(r, r->schedule, &count, err);
	return fine && (count || db_run(r->db, "UPDATE schedule SET run = 0 WHERE id = $1", DB_ARGS(db_int(r->schedule)), err));
}

/* A schedule whose time has come: a run begins, or, when nobody has chosen it, the row goes. */
static bool begin(struct db *db, int64_t id, const struct rhythm *rhythm, const char *zone, int64_t now, bool due, struct error *err)
{
	int64_t used;
	if (!db_get_int(db, "SELECT count(*) FROM schedule s WHERE s.id = $1 AND (EXISTS (SELECT 1 FROM publication p WHERE p.id = s.publication AND p.schedule = s.id)"
	                    " OR EXISTS (SELECT 1 FROM address a WHERE a.publication = s.publication AND a.schedule = s.id))", DB_ARGS(db_int(id)), &used, err))
		return false;
	if (!used)
		return db_run(db, "DELETE FROM schedule WHERE id = $1", DB_ARGS(db_int(id)), err);
	return db_run(db, "UPDATE schedule SET next = $2, run = CASE $3 WHEN 1 THEN (SELECT p.posted FROM publication p WHERE p.id = schedule.publication) ELSE run END"
	                  " WHERE id = $1", DB_ARGS(db_int(id), db_int(rhythm_due(rhythm, zone, now)), db_int(due)), err);
}

#define SCHEDULES \
	"SELECT s.id, s.publication, s.rhythm, s.day, s.minute, CASE s.zone WHEN '' THEN p.time_zone ELSE s.zone END, s.next, s.run, p.schedule" \
	" FROM schedule s JOIN publication p ON p.id = s.publication WHERE s.closed = 0 AND "

static bool one_schedule(void *scratch, struct db *db, const char *sql, const struct db_value *args, int64_t now, struct digest_step *step, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	if (!db_next(rows))
		return db_finish(rows, err);
	struct run r = { .db = db, .scratch = scratch, .now = now, .schedule = db_column_int(rows, 0), .publication = db_column_int(rows, 1), .upto = db_column_int(rows, 7) };
	struct rhythm rhythm = { (enum rhythm_kind)db_column_int(rows, 2), (int)db_column_int(rows, 3), (int)db_column_int(rows, 4), "" };
	char *zone = db_column_dup(scratch, rows, 5);
	int64_t next = db_column_int(rows, 6), by_default = db_column_int(rows, 8);
	r.name = name_of(&r);
	*step = (struct digest_step){ r.schedule, r.publication, true };
	if (!db_finish(rows, err))
		return false;
	return r.upto ? go_on(&r, rhythm.kind, by_default, err) : begin(db, r.schedule, &rhythm, zone, now, next != 0, err);
}

/* Whoever comes back from a pause, or went from digests to single posts: the latter, and who reads single posts, get what they are owed. */
static bool one_owed(void *scratch, struct db *db, int64_t now, bool *worked, struct error *err)
{
	int64_t id = 0, schedule = 0, by_default = 0;
	struct run r = { .db = db, .scratch = scratch, .now = now };
	struct db_rows *rows = db_query(db, "SELECT a.id, a.publication, a.schedule, p.schedule, p.posted FROM address a JOIN publication p ON p.id = a.publication"
	                                    " WHERE a.due IS NOT NULL AND a.due <= $1 ORDER BY a.due, a.id LIMIT 1", DB_ARGS(db_int(now)));
	if (db_next(rows)) {
		id = db_column_int(rows, 0);
		r.publication = db_column_int(rows, 1);
		schedule = db_column_int(rows, 2);
		by_default = db_column_int(rows, 3);
		r.upto = db_column_int(rows, 4);
	}
	*worked = id != 0;
	if (!db_finish(rows, err))
		return false;
	if (!id)
		return true;
	r.name = name_of(&r);
	size_t count;
	bool each = schedule == SCHEDULE_EACH || (schedule == SCHEDULE_DEFAULT && !by_default);
	return (!each || batch_of(&r, "FROM address a WHERE a.id = $1 AND a.state = 1 AND a.kind = 0", DB_ARGS(db_int(id)), &count, err)) &&
	       db_run(db, "UPDATE address SET due = NULL WHERE id = $1", DB_ARGS(db_int(id)), err);
}

static bool owed(void *scratch, struct db *db, int64_t now, bool *worked, struct error *err)
{
	bool more = true;
	for (int i = 0; i < OWED && more; i++) {
		if (!one_owed(scratch, db, now, &more, err))
			return false;
		*worked = *worked || more;
	}
	return true;
}

bool digest_plan(struct db *db, int64_t now, struct digest_step *step, struct error *err)
{
	void *scratch = talloc_new(NULL);
	*step = (struct digest_step){ 0 };
	bool fine = owed(scratch, db, now, &step->worked, err) &&
	            (step->worked || one_schedule(scratch, db, SCHEDULES "s.run > 0 ORDER BY s.id LIMIT 1", DB_NONE, now, step, err)) &&
	            (step->worked || one_schedule(scratch, db, SCHEDULES "s.next <= $1 ORDER BY s.next, s.id LIMIT 1", DB_ARGS(db_int(now)), now, step, err));
	talloc_free(scratch);
	return fine;
}

bool digest_next(struct db *db, int64_t *when, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(min(t), 0) FROM (SELECT min(next) AS t FROM schedule WHERE closed = 0 AND next IS NOT NULL"
	                      " UNION ALL SELECT min(due) FROM address WHERE due IS NOT NULL) times", DB_NONE, when, err);
}

static bool close_schedule(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE schedule SET closed = 1 WHERE id = $1", DB_ARGS(db_int(id)), err);
}

static bool retry_schedule(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE schedule SET closed = 0 WHERE id = $1", DB_ARGS(db_int(id)), err);
}

/* What is dropped is this run: its posts come with the next. */
static bool drop_schedule(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE schedule SET closed = 0, run = 0 WHERE id = $1", DB_ARGS(db_int(id)), err);
}

const struct quarantine_kind digest_schedules = {
	.name = "digest", .role = "plan", .close = close_schedule, .retry = retry_schedule, .drop = drop_schedule
};
