#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld.h"
#include <string.h>

enum { HEAD_MAX = 16 << 10 };
#define RETRY_FOR (2 * CLOCK_DAY)
#define KEEP_ENDED (3 * CLOCK_DAY)
#define KEEP_SEEN (90 * CLOCK_DAY)
/* The turn of those that wait for another try: after all others.  The default of the column. */
enum { NO_TURN = 1000000000 };

/* Only the headers that the signature needs are stored, so no cookie and no client address from a proxy. */
static bool is_needed(const struct signature *s, const char *name)
{
	static const char *const always[] = { "signature", "signature-input", "host", "date", "digest", "content-digest" };
	char *small = text_lower(NULL, name);
	bool needed = signature_message_covers(s, small);
	for (size_t i = 0; !needed && i < sizeof always / sizeof *always; i++)
		needed = strcmp(small, always[i]) == 0;
	talloc_free(small);
	return needed;
}

static char *key_host(void *owner, const struct signature *s)
{
	char *host = url_authority(owner, s->key_id);
	return host ? host : mem_dup(owner, "");
}

char *inbox_item_head(void *owner, const struct inbox_item *item, const struct signature *s, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *headers = json_array();
	for (const struct http_header *h = item->message.headers; h && h->name; h++)
		if (is_needed(s, h->name))
			json_array_append_new(headers, json_pack("[s, o]", h->name, jsonld_new_string(h->value)));
	json_t *head = jsonld_own(scratch, json_pack("{s:s, s:s, s:o, s:o, s:I, s:o}",
		"method", item->message.method, "origin", item->message.origin, "target", jsonld_new_string(item->message.target),
		"remote", jsonld_new_string(item->remote ? item->remote : ""),
		"publication", (json_int_t)item->publication, "headers", headers));
	char *text = jsonld_write(owner, head);
	talloc_free(scratch);
	if (strlen(text) <= HEAD_MAX)
		return text;
	talloc_free(text);
	error_set(err, ERROR_INVALID, "its headers are too long");
	return NULL;
}

bool inbox_item_store(struct db *db, const struct inbox_item *item, const struct signature *s, bool personal, struct error *err)
{
	char *host = key_host(NULL, s);
	bool fine = db_run(db, "INSERT INTO inbox (publication, head, body, received, state, tries, next_try, lane, key_host, turn)"
	                       " VALUES ($1, $2, $3, $4, $5, 0, $4, $6, $7, (SELECT coalesce(max(i.turn) + 1, 0) FROM inbox i"
	                       " WHERE i.key_host = $7 AND i.lane = 0 AND i.next_try IS NOT NULL AND i.turn < $8))",
	                   DB_ARGS(personal ? db_int(item->publication) : db_null(), db_text(item->head), db_blob(item->message.body, item->message.body_size),
	                           db_int(item->received), db_int(INBOX_ITEM_WAITING), db_int(item->lane), db_text(host), db_int(NO_TURN)), err);
	talloc_free(host);
	return fine;
}

/*
 * The statements name their lane as a number: SQLite prepares one with a parameter there each time anew, because the index of the keys' hosts
 * is of one lane.
 */
#define LANES(statement) { [INBOX_ITEM_OF_STRANGER] = statement("0"), [INBOX_ITEM_OF_KNOWN] = statement("1") }
_Static_assert(INBOX_ITEM_OF_STRANGER == 0 && INBOX_ITEM_OF_KNOWN == 1, "the SQL has these numbers");

bool inbox_item_room(struct db *db, const struct inbox_item *item, const struct signature *s, int64_t *room, struct error *err)
{
#define COUNT(lane) "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE lane = " lane " AND next_try <= $1 LIMIT $2) due"
	static const char *const count[] = LANES(COUNT);
	char *host = key_host(NULL, s);
	int64_t lane = 0, of_host = 0, now = clock_now();
	bool fine = db_get_int(db, count[item->lane], DB_ARGS(db_int(now), db_int(INBOX_ITEM_BACKLOG)), &lane, err) &&
	            (item->lane != INBOX_ITEM_OF_STRANGER ||
	             db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE key_host = $1 AND lane = 0 AND next_try <= $2 LIMIT $3) due",
	                        DB_ARGS(db_text(host), db_int(now), db_int(INBOX_ITEM_OF_HOST)), &of_host, err));
	int64_t left = INBOX_ITEM_BACKLOG - lane, left_of_host = INBOX_ITEM_OF_HOST - of_host;
	*room = item->lane == INBOX_ITEM_OF_STRANGER && left_of_host < left ? left_of_host : left;
	talloc_free(host);
	return fine;
}

static void read_head(struct inbox_item *item, const char *head)
{
	struct error ignored;
	json_t *json = jsonld_read(item, head, strlen(head), &ignored);
	const json_t *list = json_object_get(json, "headers"), *pair;
	struct http_header *headers = mem_array(item, struct http_header, json_array_size(list) + 1);
	size_t i;
	json_array_foreach(list, i, pair)
		headers[i] = (struct http_header){ json_string_value(json_array_get(pair, 0)), json_string_value(json_array_get(pair, 1)) };
	item->message.headers = headers;
	item->message.method = jsonld_text(json, "method");
	item->message.origin = jsonld_text(json, "origin");
	item->message.target = jsonld_text(json, "target");
	item->remote = jsonld_text(json, "remote");
	item->publication = json_integer_value(json_object_get(json, "publication"));
}

static struct inbox_item *from_row(void *owner, struct db_rows *rows)
{
	struct inbox_item *item = mem_new(owner, struct inbox_item);
	size_t size;
	const void *body = db_column_blob(rows, 2, &size);
	item->id = db_column_int(rows, 0);
	read_head(item, db_column_text(rows, 1));
	item->message.body = mem_ndup(item, size ? body : "", size);
	item->message.body_size = size;
	item->received = db_column_int(rows, 3);
	item->tries = (int)db_column_int(rows, 4);
	return item;
}

static bool read_rows(void *owner, struct db_rows *rows, struct inbox_item ***all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct inbox_item *item = from_row(owner, rows);
		*mem_push(owner, *all, count) = item;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

#define COLUMNS "SELECT id, head, body, received, tries FROM inbox"

/* Items with so many crashes that are due, oldest first. */
static bool due(void *owner, struct db *db, enum inbox_item_lane lane, int64_t crashes, int64_t limit, struct inbox_item ***all, struct error *err)
{
#define DUE(lane) COLUMNS " WHERE lane = " lane " AND next_try <= $1 AND holder IS NULL AND crashes = $2 ORDER BY next_try, id LIMIT $3"
	static const char *const select[] = LANES(DUE);
	char *sql = db_skip_locked(NULL, db, select[lane], "inbox");
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(clock_now()), db_int(crashes), db_int(limit)));
	talloc_free(sql);
	return read_rows(owner, rows, all, err);
}

/* Items of strangers whose turn is up to this one; of one turn those that came last are first, since a flood is of servers that are older. */
static bool in_turn(void *owner, struct db *db, int64_t last, int64_t limit, struct inbox_item ***all, struct error *err)
{
	char *sql = db_skip_locked(NULL, db, COLUMNS " WHERE lane = 0 AND next_try <= $1 AND holder IS NULL AND crashes = 0 AND turn <= $2"
	                                     " ORDER BY turn, id DESC LIMIT $3", "inbox");
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(clock_now()), db_int(last), db_int(limit)));
	talloc_free(sql);
	return read_rows(owner, rows, all, err);
}

/* Marks those from the first on as the claimer's. */
static bool hold(struct db *db, const struct inbox_item_claimer *who, struct inbox_item **all, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = db_run(db, "UPDATE inbox SET holder = $2, next_try = $3 WHERE id = $1",
		              DB_ARGS(db_int(all[i]->id), db_text(who->holder), db_int(clock_now() + who->lease_ms)), err);
	return fine;
}

static bool claim_suspects(void *owner, struct db *db, const struct inbox_item_claimer *who, struct inbox_item ***all, struct error *err)
{
	bool fine = due(owner, db, who->lane, 1, TRIAL_GROUP, all, err);
	for (int64_t crashes = 2; fine && crashes < QUARANTINE_TRIES && talloc_array_length(*all) == 0; crashes++)
		fine = due(owner, db, who->lane, crashes, 1, all, err);
	return fine && hold(db, who, *all, err);
}

/* Three quarters are for those whose turn it is, the rest for those that wait longest. */
static bool claim_in_turn(void *owner, struct db *db, const struct inbox_item_claimer *who, struct inbox_item ***all, struct error *err)
{
	struct inbox_item **longest = NULL;
	int64_t most = who->newcomers ? who->limit : who->limit * 3 / 4;
	if (!in_turn(owner, db, who->newcomers ? 0 : NO_TURN - 1, most, all, err) || !hold(db, who, *all, err))
		return false;
	size_t count = talloc_array_length(*all);
	if (who->newcomers)
		return true;
	if (!due(owner, db, who->lane, 0, who->limit - (int64_t)count, &longest, err) || !hold(db, who, longest, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(longest); i++)
		*mem_push(owner, *all, count) = longest[i];
	mem_fit(owner, *all, count);
	return true;
}

bool inbox_item_claim(void *owner, struct db *db, const struct inbox_item_claimer *who, struct inbox_item ***all, struct error *err)
{
	if (!db_begin_rows(db, err))
		return false;
	bool fine;
	if (who->suspects)
		fine = claim_suspects(owner, db, who, all, err);
	else if (who->lane == INBOX_ITEM_OF_STRANGER)
		fine = claim_in_turn(owner, db, who, all, err);
	else
		fine = due(owner, db, who->lane, 0, who->limit, all, err) && hold(db, who, *all, err);
	return db_end(db, fine, err);
}

static bool close_item(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE inbox SET state = $2, next_try = NULL, holder = NULL, crashes = 0, words = 'in quarantine' WHERE id = $1 AND next_try IS NOT NULL",
	              DB_ARGS(db_int(row), db_int(INBOX_ITEM_QUARANTINED)), err);
}

static bool retry(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE inbox SET state = $2, next_try = $3, words = NULL WHERE id = $1 AND state = $4",
	              DB_ARGS(db_int(row), db_int(INBOX_ITEM_WAITING), db_int(clock_now()), db_int(INBOX_ITEM_QUARANTINED)), err);
}

static bool drop(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE inbox SET state = $2, words = 'dropped from quarantine', body = $3 WHERE id = $1 AND state = $4",
	              DB_ARGS(db_int(row), db_int(INBOX_ITEM_REFUSED), db_blob("", 0), db_int(INBOX_ITEM_QUARANTINED)), err);
}

const struct quarantine_kind inbox_item_queue = {
	.name = "inbox", .role = "federate", .table = "inbox", .key = "id", .which = "next_try IS NOT NULL", .waiting = "next_try <= $1", .lease = "next_try",
	.release = "next_try = CASE WHEN received < $2 THEN received ELSE $2 END", .impossible = "next_try > $1 + CASE WHEN tries = 0 THEN 60000 ELSE 25200000 END",
	.publication = "coalesce(publication, (SELECT min(p.id) FROM publication p))",
	.close = close_item, .retry = retry, .drop = drop,
};

bool inbox_item_finish(struct db *db, const struct inbox_item *item, enum inbox_item_state state, const char *words, struct error *err)
{
	return db_run(db, "UPDATE inbox SET state = $2, next_try = NULL, holder = NULL, crashes = 0, tries = tries + 1, words = $3, body = $4 WHERE id = $1",
	              DB_ARGS(db_int(item->id), db_int(state), db_text(words), db_blob("", 0)), err);
}

/* Whoever answers no request for a key must not keep those out who come later. */
static bool count_deferred(struct db *db, const struct inbox_item *item, int64_t *count, struct error *err)
{
	return db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE lane = (SELECT i.lane FROM inbox i WHERE i.id = $1) AND next_try > $2"
	                      " LIMIT $3) deferred",
	                  DB_ARGS(db_int(item->id), db_int(clock_now()), db_int(INBOX_ITEM_BACKLOG)), count, err);
}

bool inbox_item_defer(struct db *db, const struct inbox_item *item, const char *words, struct error *err)
{
	static const int minutes[] = { 1, 5, 15, 60, 180, 360 };
	size_t last = sizeof minutes / sizeof *minutes - 1, n = item->tries < 0 ? 0 : (size_t)item->tries;
	int64_t now = clock_now(), deferred;
	if (!count_deferred(db, item, &deferred, err))
		return false;
	if (now - item->received > RETRY_FOR || deferred >= INBOX_ITEM_BACKLOG)
		return inbox_item_finish(db, item, INBOX_ITEM_REFUSED, words, err);
	return db_run(db, "UPDATE inbox SET next_try = $2, holder = NULL, crashes = 0, tries = tries + 1, words = $3, turn = $4 WHERE id = $1",
	              DB_ARGS(db_int(item->id), db_int(now + minutes[n < last ? n : last] * CLOCK_MINUTE), db_text(words), db_int(NO_TURN)), err);
}

bool inbox_item_put_off(struct db *db, const struct inbox_item *item, int64_t ms, struct error *err)
{
	int64_t now = clock_now(), deferred;
	if (!count_deferred(db, item, &deferred, err))
		return false;
	char *rows = db_skip_locked(NULL, db, "SELECT id FROM inbox WHERE key_host = (SELECT i.key_host FROM inbox i WHERE i.id = $1) AND lane = 0"
	                                      " AND next_try <= $2 AND holder IS NULL AND turn < $4 LIMIT $5", "inbox");
	char *sql = mem_printf(rows, "UPDATE inbox SET next_try = $3, turn = $4 WHERE holder IS NULL AND id IN (%s)", rows);
	bool fine = db_run(db, sql, DB_ARGS(db_int(item->id), db_int(now), db_int(now + ms), db_int(NO_TURN), db_int(INBOX_ITEM_BACKLOG - deferred)), err);
	talloc_free(rows);
	return fine;
}

bool inbox_item_is_due(struct db *db, const struct inbox_item_claimer *who, bool *is, struct error *err)
{
#define IS_DUE_AND(lane, more) "SELECT CASE WHEN EXISTS (SELECT 1 FROM inbox WHERE lane = " lane " AND next_try <= $1 AND holder IS NULL" more ") THEN 1 ELSE 0 END"
#define IS_DUE(lane) IS_DUE_AND(lane, "")
	static const char *const is_due[] = LANES(IS_DUE);
	int64_t due = 0;
	bool fine = db_get_int(db, who->newcomers ? IS_DUE_AND("0", " AND turn = 0") : is_due[who->lane], DB_ARGS(db_int(clock_now())), &due, err);
	*is = due != 0;
	return fine;
}

bool inbox_item_next_due(struct db *db, enum inbox_item_lane lane, int64_t *ms, struct error *err)
{
#define NEXT_DUE(lane) "SELECT min(next_try) FROM inbox WHERE lane = " lane " AND next_try IS NOT NULL AND holder IS NULL"
	static const char *const next_due[] = LANES(NEXT_DUE);
	struct db_rows *rows = db_query(db, next_due[lane], DB_NONE);
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

bool inbox_item_sweep(struct db *db, int64_t now, struct error *err)
{
	return db_run(db, "DELETE FROM inbox WHERE next_try IS NULL AND received < $1 AND state <> $2",
	              DB_ARGS(db_int(now - KEEP_ENDED), db_int(INBOX_ITEM_QUARANTINED)), err) &&
	       db_run(db, "DELETE FROM activity_seen WHERE seen < $1", DB_ARGS(db_int(now - KEEP_SEEN)), err);
}

bool inbox_item_seen(struct db *db, const char *activity, int64_t *before, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT seen FROM activity_seen WHERE activity = $1", DB_ARGS(db_text(activity)));
	*before = db_next(rows) ? db_column_int(rows, 0) : 0;
	return db_finish(rows, err);
}

bool inbox_item_mark_seen(struct db *db, const char *activity, const char *actor, int64_t received, int64_t *before, struct error *err)
{
	return inbox_item_seen(db, activity, before, err) &&
	       db_run(db, "INSERT INTO activity_seen (activity, actor, seen) VALUES ($1, $2, $3)"
	                  " ON CONFLICT (activity) DO UPDATE SET seen = $3 WHERE activity_seen.seen < $3",
	              DB_ARGS(db_text(activity), db_text(actor), db_int(received)), err);
}
