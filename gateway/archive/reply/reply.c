#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

/* Within a day.  What is above them is not kept, so that nobody can fill the disk. */
enum { OF_ACTOR = 50, OF_HOST = 300, OF_PUBLICATION = 2000 };
/* Of mails: of one mailbox in an hour and in a day; so many wait for the owner's word. */
enum { OF_MAILBOX_HOUR = 6, OF_MAILBOX_DAY = 20, MAILS_HELD = 500 };

#define COLUMNS "id, publication, entry, answers, kind, state, public, actor, host, name, handle, object, url, warning, content, attachments," \
	" published, updated, received, told, address, left_out"

const char *reply_kind_name(enum reply_kind kind)
{
	switch (kind) {
	case REPLY_REPLY: return "reply";
	case REPLY_MENTION: return "mention";
	case REPLY_MESSAGE: return "message";
	case REPLY_REPORT: return "report";
	}
	return "?";
}

const char *reply_state_name(enum reply_state state)
{
	switch (state) {
	case REPLY_NEW: return "new";
	case REPLY_GONE: return "deleted";
	case REPLY_APPROVED: return "approved";
	}
	return "?";
}

static struct reply *from_row(void *owner, struct db_rows *rows)
{
	struct reply *r = mem_new(owner, struct reply);
	*r = (struct reply){
		.id = db_column_int(rows, 0), .publication = db_column_int(rows, 1), .entry = db_column_int(rows, 2), .answers = db_column_dup(r, rows, 3),
		.kind = (enum reply_kind)db_column_int(rows, 4), .state = (enum reply_state)db_column_int(rows, 5), .open = db_column_int(rows, 6) != 0,
		.actor = db_column_dup(r, rows, 7), .host = db_column_dup(r, rows, 8), .name = db_column_dup(r, rows, 9), .handle = db_column_dup(r, rows, 10),
		.object = db_column_dup(r, rows, 11), .url = db_column_dup(r, rows, 12), .warning = db_column_dup(r, rows, 13),
		.content = db_column_dup(r, rows, 14), .attachments = db_column_dup(r, rows, 15),
		.published = db_column_int(rows, 16), .updated = db_column_int(rows, 17), .received = db_column_int(rows, 18), .told = db_column_int(rows, 19),
		.address = db_column_int(rows, 20), .left_out = db_column_int(rows, 21),
	};
	return r;
}

#define LATELY(column) "SELECT count(*) FROM (SELECT 1 FROM reply WHERE " column " = $1 AND received > $2 LIMIT $3) lately"

struct limit {
	const char *sql;
	struct db_value whose;
	int64_t within, most;
};

/* Has one of count limits been reached? */
static bool reached(struct db *db, const struct limit *limits, size_t count, int64_t now, bool *full, struct error *err)
{
	*full = false;
	for (size_t i = 0; !*full && i < count; i++) {
		int64_t n;
		if (!db_get_int(db, limits[i].sql, DB_ARGS(limits[i].whose, db_int(now - limits[i].within), db_int(limits[i].most)), &n, err))
			return false;
		*full = n >= limits[i].most;
	}
	return true;
}

static bool is_full(struct db *db, const struct reply *r, bool *full, struct error *err)
{
	const struct limit of_mail[] = {
		{ LATELY("address"), db_int(r->address), CLOCK_HOUR, OF_MAILBOX_HOUR }, { LATELY("address"), db_int(r->address), CLOCK_DAY, OF_MAILBOX_DAY },
	};
	const struct limit of_fediverse[] = {
		{ LATELY("actor"), db_text(r->actor), CLOCK_DAY, OF_ACTOR }, { LATELY("host"), db_text(r->host), CLOCK_DAY, OF_HOST },
		{ LATELY("publication"), db_int(r->publication), CLOCK_DAY, OF_PUBLICATION },
	};
	return r->address ? reached(db, of_mail, sizeof of_mail / sizeof *of_mail, r->received, full, err)
	                  : reached(db, of_fediverse, sizeof of_fediverse / sizeof *of_fediverse, r->received, full, err);
}

/* Do as many mails wait for the owner as may? */
static bool is_crowded(struct db *db, const struct reply *r, bool *crowded, struct error *err)
{
	int64_t held = 0;
	bool fine = !r->address || db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM reply WHERE publication = $1 AND state = $2 AND address IS NOT NULL LIMIT $3) held",
	                                      DB_ARGS(db_int(r->publication), db_int(REPLY_NEW), db_int(MAILS_HELD)), &held, err);
	*crowded = held >= MAILS_HELD;
	return fine;
}

static bool insert(struct db *db, const struct reply *r, bool *inserted, struct error *err)
{
	int64_t changed = 0;
	bool fine = db_change(db, "INSERT INTO reply (publication, entry, answers, kind, state, public, actor, host, name, handle, object, url, warning, content,"
	                          " attachments, published, updated, received, told, address, left_out)"
	                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17, 0, $18, $19)"
	                          " ON CONFLICT (publication, object) DO NOTHING",
	                      DB_ARGS(db_int(r->publication), db_int_or_null(r->entry), db_text(r->answers), db_int(r->kind), db_int(REPLY_NEW), db_int(r->open),
	                              db_text(r->actor), db_text(r->host), db_text(r->name), db_text(r->handle), db_text(r->object), db_text(r->url),
	                              db_text(r->warning), db_text(r->content), db_text(r->attachments), db_int(r->published), db_int(r->received),
	                              db_int_or_null(r->address), db_int(r->left_out)), &changed, err);
	*inserted = changed > 0;
	return fine;
}

#define REVISION(r) db_int(r->publication), db_text(r->object), db_text(r->actor), db_text(r->content), db_text(r->attachments), db_text(r->warning), \
	db_int(r->received), db_int(r->open), db_int(REPLY_NEW)
#define ANOTHER_TEXT "publication = $1 AND object = $2 AND actor = $3" \
	" AND (content <> $4 OR attachments <> $5 OR coalesce(warning, '') <> coalesce($6, '') OR public <> $8)"

/* A new text is another than the one that was approved: it waits for the owner's word, and they are told. */
static bool revise(struct db *db, const struct reply *r, bool *revised, struct error *err)
{
	int64_t changed = 0, shown = 0;
	bool fine = db_change(db, "UPDATE reply SET state = $9, updated = $7, told = 0 WHERE state = $10 AND " ANOTHER_TEXT, DB_ARGS(REVISION(r), db_int(REPLY_APPROVED)),
	                      &shown, err) &&
	            db_change(db, "UPDATE reply SET content = $4, attachments = $5, warning = $6, updated = $7, public = $8 WHERE state = $9 AND " ANOTHER_TEXT,
	                      DB_ARGS(REVISION(r)), &changed, err);
	*revised = changed > 0;
	return fine && (!shown || tally_add(db, r->publication, TALLY_ARCHIVE, "", 1, err));
}

bool reply_store(struct db *db, const struct reply *r, enum reply_outcome *outcome, struct error *err)
{
	bool full, crowded, inserted = false, revised = false;
	if (!is_full(db, r, &full, err) || !is_crowded(db, r, &crowded, err) || (!full && !crowded && !insert(db, r, &inserted, err)) ||
	    (!inserted && !revise(db, r, &revised, err)))
		return false;
	*outcome = inserted ? REPLY_STORED : revised ? REPLY_REVISED : full ? REPLY_TOO_MANY : crowded ? REPLY_FULL : REPLY_KNOWN;
	return true;
}

/* Those of the actor that are shown, all or one, are so no more, nor are pages that were kept with them. */
static bool unshow(struct db *db, const char *actor, const char *object, struct error *err)
{
	int64_t *publications = NULL;
	size_t count = 0;
	void *scratch = talloc_new(NULL);
	struct db_rows *rows = db_query(db, "UPDATE reply SET state = $3 WHERE actor = $1 AND ($2 = '' OR object = $2) AND state = $4 RETURNING publication",
	                                DB_ARGS(db_text(actor), db_text(object), db_int(REPLY_NEW), db_int(REPLY_APPROVED)));
	while (db_next(rows))
		*mem_push(scratch, publications, count) = db_column_int(rows, 0);
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = tally_add(db, publications[i], TALLY_ARCHIVE, "", 1, err);
	talloc_free(scratch);
	return fine;
}

bool reply_remove(struct db *db, const char *actor, const char *object, bool *removed, struct error *err)
{
	int64_t changed = 0;
	bool fine = unshow(db, actor, object, err) &&
	            db_change(db, "UPDATE reply SET " REPLY_EMPTY("$2") " WHERE actor = $1 AND object = $3 AND state <> $2",
	                      DB_ARGS(db_text(actor), db_int(REPLY_GONE), db_text(object)), &changed, err);
	*removed = changed > 0;
	return fine;
}

bool reply_forget(struct db *db, const char *actor, struct error *err)
{
	return unshow(db, actor, "", err) &&
	       db_run(db, "UPDATE reply SET " REPLY_EMPTY("$2") " WHERE actor = $1 AND state <> $2", DB_ARGS(db_text(actor), db_int(REPLY_GONE)), err);
}

static struct reply *one(void *owner, struct db_rows *rows, struct error *err)
{
	return db_finish_one(rows, db_next(rows) ? from_row(owner, rows) : NULL, "there is no such reply", err);
}

struct reply *reply_by_object(void *owner, struct db *db, const char *object, struct error *err)
{
	return one(owner, db_query(db, "SELECT " COLUMNS " FROM reply WHERE object = $1 ORDER BY id LIMIT 1", DB_ARGS(db_text(object))), err);
}

struct reply *reply_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db_query(db, "SELECT " COLUMNS " FROM reply WHERE id = $1", DB_ARGS(db_int(id))), err);
}

static bool all_of(void *owner, struct db_rows *rows, struct reply ***all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct reply *r = from_row(owner, rows);
		*mem_push(owner, *all, count) = r;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

bool reply_list(void *owner, struct db *db, const struct reply_filter *filter, struct reply ***all, struct error *err)
{
	return all_of(owner, db_query(db, "SELECT " COLUMNS " FROM reply WHERE state <> $1 AND ($2 = 0 OR publication = $2) AND ($3 = 0 OR entry = $3)"
	                                  " AND ($4 = 0 OR id < $4) ORDER BY id DESC LIMIT $5",
	                              DB_ARGS(db_int(REPLY_GONE), db_int(filter->publication), db_int(filter->entry), db_int(filter->before), db_int(filter->limit))), all, err);
}

bool reply_shown(void *owner, struct db *db, int64_t entry, int64_t limit, struct reply ***all, struct error *err)
{
	return all_of(owner, db_query(db, "SELECT " COLUMNS " FROM reply WHERE entry = $1 AND state = $2 ORDER BY published, id LIMIT $3",
	                              DB_ARGS(db_int(entry), db_int(REPLY_APPROVED), db_int(limit))), all, err);
}

bool reply_count(struct db *db, int64_t entry, int64_t *count, struct error *err)
{
	return db_get_int(db, "SELECT count(*) FROM reply WHERE state <> $1 AND ($2 = 0 OR entry = $2)", DB_ARGS(db_int(REPLY_GONE), db_int(entry)), count, err);
}

bool reply_host_blocked(struct db *db, const char *host, bool *blocked, struct error *err)
{
	*blocked = false;
	for (const char *h = host; h && !*blocked; h = strchr(h, '.')) {
		int64_t count;
		h += *h == '.';
		if (!db_get_int(db, "SELECT count(*) FROM blocked_host WHERE host = $1", DB_ARGS(db_text(h)), &count, err))
			return false;
		*blocked = count > 0;
	}
	return true;
}

bool reply_block(struct db *db, const char *host, bool block, bool *changed, struct error *err)
{
	int64_t rows = 0;
	bool fine = block ? db_change(db, "INSERT INTO blocked_host (host, since) VALUES ($1, $2) ON CONFLICT (host) DO NOTHING",
	                              DB_ARGS(db_text(host), db_int(clock_now())), &rows, err)
	                  : db_change(db, "DELETE FROM blocked_host WHERE host = $1", DB_ARGS(db_text(host)), &rows, err);
	*changed = rows > 0;
	return fine;
}

bool reply_blocked(void *owner, struct db *db, const char ***hosts, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT host FROM blocked_host ORDER BY host", DB_NONE);
	size_t count = 0;
	*hosts = NULL;
	while (db_next(rows))
		*mem_push(owner, *hosts, count) = db_column_dup(owner, rows, 0);
	*mem_push(owner, *hosts, count) = NULL;
	return db_finish(rows, err);
}
