#include "feeds/websub/websub_push.h"
#include "feeds/websub/websub_signature.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

/* When so many wait, the source is fetched instead: one fetch brings what they all bring. */
enum { WAITING_MAX = 8 };
#define BUSY_FOR CLOCK_SECOND

bool websub_push_waiting(struct db *db, int64_t websub, int64_t *count, struct error *err)
{
	return db_get_int(db, "SELECT count(*) FROM websub_arrival WHERE websub = $1 AND quarantined = 0", DB_ARGS(db_int(websub)), count, err);
}

/*
 * A secret that was sent to a hub over plain http may have been read on the way (W3C WebSub section 5.1).  What such a hub pushes is
 * trusted like a feed over plain http, but less than one over https.
 */
static bool is_trusted(struct db *db, const struct websub *w, bool *trusted, struct error *err)
{
	struct source *s = source_get(NULL, db, w->source, err);
	*trusted = s && (text_starts(w->hub, "https://") || !text_starts(s->url, "https://"));
	talloc_free(s);
	return s != NULL;
}

static bool enqueue(struct db *db, const struct websub *w, const struct websub_delivery *d, struct error *err)
{
	int64_t waiting;
	bool trusted;
	if (!websub_push_waiting(db, w->id, &waiting, err) || !is_trusted(db, w, &trusted, err))
		return false;
	if (!trusted || waiting >= WAITING_MAX)
		return source_make_due(db, w->source, err);
	return db_run(db, "INSERT INTO websub_arrival (websub, content_type, body, received, claimed) VALUES ($1, $2, $3, $4, 0)",
	              DB_ARGS(db_int(w->id), db_text(d->content_type), db_blob(d->body, d->size), db_int(clock_now())), err);
}

static bool take(struct db *db, const struct websub *w, const struct websub_delivery *d, enum websub_push_result *result, struct error *err)
{
	*result = !w->source || w->state >= WEBSUB_LEAVING ? WEBSUB_PUSH_ENDED :
	             websub_signature_fits(d->signature, w->secret, d->body, d->size) ? WEBSUB_PUSH_ACCEPTED : WEBSUB_PUSH_BAD_SIGNATURE;
	switch (*result) {
	case WEBSUB_PUSH_ACCEPTED: return enqueue(db, w, d, err);
	case WEBSUB_PUSH_BAD_SIGNATURE: return db_run(db, "UPDATE websub SET forged = forged + 1 WHERE id = $1", DB_ARGS(db_int(w->id)), err);
	default: return true;
	}
}

bool websub_push_receive(struct db *db, const char *token, const struct websub_delivery *d, enum websub_push_result *result, struct error *err)
{
	*result = WEBSUB_PUSH_UNKNOWN;
	struct websub *w = websub_by_token(NULL, db, token, err);
	bool fine = w ? take(db, w, d, result, err) : err->kind == ERROR_NOT_FOUND;
	talloc_free(w);
	return fine;
}

/* The oldest push of each subscription. */
#define NEXT "SELECT min(id) FROM websub_arrival WHERE quarantined = 0 GROUP BY websub"

bool websub_push_claim(void *owner, struct db *db, const struct websub_push_claimer *who, struct websub_push **claimed, struct error *err)
{
	int64_t now = clock_now();
	struct db_rows *rows = db_query(db, "UPDATE websub_arrival SET claimed = $2, holder = $3 WHERE claimed <= $1 AND holder IS NULL AND id = (SELECT min(id) FROM websub_arrival"
	                                    " WHERE claimed <= $1 AND holder IS NULL AND (crashes > 0) = ($4 = 1) AND id IN (" NEXT "))"
	                                    " RETURNING id, websub, content_type, body",
	                                DB_ARGS(db_int(now), db_int(now + who->lease_ms), db_text(who->holder), db_int(who->suspects)));
	*claimed = NULL;
	if (db_next(rows)) {
		struct websub_push *p = *claimed = mem_new(owner, struct websub_push);
		const void *body = db_column_blob(rows, 3, &p->size);
		p->id = db_column_int(rows, 0);
		p->websub = db_column_int(rows, 1);
		p->content_type = db_column_dup(p, rows, 2);
		p->body = mem_ndup(p, p->size ? body : "", p->size);
	}
	return db_finish(rows, err);
}

bool websub_push_next_due(struct db *db, int64_t *ms, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(claimed) FROM websub_arrival WHERE holder IS NULL AND id IN (" NEXT ")", DB_NONE);
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

static bool close_push(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE websub_arrival SET quarantined = 1, holder = NULL, crashes = 0 WHERE id = $1", DB_ARGS(db_int(id)), err);
}

static bool drop(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "DELETE FROM websub_arrival WHERE id = $1", DB_ARGS(db_int(id)), err);
}

static bool retry(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE source SET next_fetch = $2 WHERE id = (SELECT w.source FROM websub_arrival a JOIN websub w ON w.id = a.websub WHERE a.id = $1)",
	              DB_ARGS(db_int(id), db_int(clock_now())), err) && drop(db, id, err);
}

const struct quarantine_kind websub_push_queue = {
	.name = "push", .role = "ingest", .table = "websub_arrival", .key = "id", .which = "quarantined = 0", .waiting = "claimed <= $1",
	.lease = "claimed", .release = "claimed = $2", .impossible = "claimed > $1 + 600000",
	.publication = "(SELECT w.publication FROM websub w WHERE w.id = websub_arrival.websub)", .close = close_push, .retry = retry, .drop = drop,
};

bool websub_push_drop(struct db *db, const struct websub_push *push, struct error *err)
{
	return db_run(db, "DELETE FROM websub_arrival WHERE id = $1", DB_ARGS(db_int(push->id)), err);
}

bool websub_push_put_off(struct db *db, const struct websub_push *push, struct error *err)
{
	return db_run(db, "UPDATE websub_arrival SET claimed = $2, holder = NULL, crashes = 0 WHERE id = $1", DB_ARGS(db_int(push->id), db_int(clock_now() + BUSY_FOR)), err);
}

struct reading {
	struct db *db;
	const struct websub_push *push;
	const struct websub *w;
	const struct source *source;
};

static bool finish(void *context, struct error *err)
{
	const struct reading *r = context;
	int64_t now = clock_now();
	return source_record(r->db, r->source, err) &&
	       db_run(r->db, "UPDATE websub SET proven = 1, pushes = pushes + 1, last_push = $2 WHERE id = $1", DB_ARGS(db_int(r->w->id), db_int(now)), err) &&
	       (r->w->lease_end <= now || source_set_pushed_until(r->db, r->source->id, r->w->lease_end, err)) && websub_push_drop(r->db, r->push, err);
}

/* The hub goes on meanwhile, and writes to the same rows. */
bool websub_push_done(struct db *db, const struct websub_push *push, const struct websub *w, const struct source *s, struct error *err)
{
	return db_transact(db, finish, &(struct reading){ db, push, w, s }, err);
}
