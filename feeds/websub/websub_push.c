#include "feeds/websub/websub_push.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/websub/websub_signature.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"

/* More than these that wait are not kept: one fetch says what they all say. */
enum { WAITING_MAX = 8 };
#define LEASE (2 * CLOCK_MINUTE)
#define BUSY_FOR CLOCK_SECOND

bool websub_push_waiting(struct db *db, int64_t websub, int64_t *count, struct error *err)
{
	return db_get_int(db, "SELECT count(*) FROM websub_arrival WHERE websub = $1", DB_ARGS(db_int(websub)), count, err);
}

/* Whoever listens on the way to a hub of plain http knows our secret (W3C WebSub section 5.1).  What such a hub pushes is no better
 * than a feed of plain http, and less than one of https. */
static bool is_word_enough(struct db *db, const struct websub *w, bool *enough, struct error *err)
{
	struct source *s = source_get(NULL, db, w->source, err);
	*enough = s && (text_starts(w->hub, "https://") || !text_starts(s->url, "https://"));
	talloc_free(s);
	return s != NULL;
}

static bool keep(struct db *db, const struct websub *w, const struct websub_delivery *d, struct error *err)
{
	int64_t waiting;
	bool enough;
	if (!websub_push_waiting(db, w->id, &waiting, err) || !is_word_enough(db, w, &enough, err))
		return false;
	if (!enough || waiting >= WAITING_MAX)
		return source_hurry(db, w->source, err);
	return db_run(db, "INSERT INTO websub_arrival (websub, content_type, body, received, claimed) VALUES ($1, $2, $3, $4, 0)",
	              DB_ARGS(db_int(w->id), db_text(d->content_type), db_blob(d->body, d->size), db_int(clock_now())), err);
}

static bool take(struct db *db, const struct websub *w, const struct websub_delivery *d, enum websub_reception *reception, struct error *err)
{
	*reception = !w->source || w->state >= WEBSUB_LEAVING ? WEBSUB_OVER :
	             websub_signature_fits(d->signature, w->secret, d->body, d->size) ? WEBSUB_KEPT : WEBSUB_FORGED;
	switch (*reception) {
	case WEBSUB_KEPT: return keep(db, w, d, err);
	case WEBSUB_FORGED: return db_run(db, "UPDATE websub SET forged = forged + 1 WHERE id = $1", DB_ARGS(db_int(w->id)), err);
	default: return true;
	}
}

bool websub_push_take(struct db *db, const char *token, const struct websub_delivery *d, enum websub_reception *reception, struct error *err)
{
	*reception = WEBSUB_NOBODY;
	struct websub *w = websub_by_token(NULL, db, token, err);
	bool fine = w ? take(db, w, d, reception, err) : err->kind == ERROR_NOT_FOUND;
	talloc_free(w);
	return fine;
}

struct arrival {
	int64_t id, websub;
	const char *content_type;
	const void *body;
	size_t size;
};

/* Of each subscription only the oldest, so that no text is put back by an older one. */
#define NEXT "SELECT min(id) FROM websub_arrival GROUP BY websub"

static bool claim(void *owner, struct db *db, struct arrival **claimed, struct error *err)
{
	int64_t now = clock_now();
	struct db_rows *rows = db_query(db, "UPDATE websub_arrival SET claimed = $2 WHERE id = (SELECT min(id) FROM websub_arrival WHERE claimed <= $1 AND id IN (" NEXT "))"
	                                    " RETURNING id, websub, content_type, body", DB_ARGS(db_int(now), db_int(now + LEASE)));
	*claimed = NULL;
	if (db_next(rows)) {
		struct arrival *a = *claimed = mem_new(owner, struct arrival);
		const void *body = db_column_blob(rows, 3, &a->size);
		a->id = db_column_int(rows, 0);
		a->websub = db_column_int(rows, 1);
		a->content_type = db_column_dup(a, rows, 2);
		/* The parsers want text that ends. */
		a->body = mem_ndup(a, a->size ? body : "", a->size);
	}
	return db_finish(rows, err);
}

static bool drop(struct db *db, const struct arrival *a, struct error *err)
{
	return db_run(db, "DELETE FROM websub_arrival WHERE id = $1", DB_ARGS(db_int(a->id)), err);
}

static bool put_off(struct db *db, const struct arrival *a, struct error *err)
{
	return db_run(db, "UPDATE websub_arrival SET claimed = $2 WHERE id = $1", DB_ARGS(db_int(a->id), db_int(clock_now() + BUSY_FOR)), err);
}

/* The push went in: the hub works. */
static bool went_in(struct db *db, struct source *s, const struct websub *w, const struct arrival *a, struct error *err)
{
	int64_t now = clock_now();
	if (!db_begin(db, err))
		return false;
	if (source_record(db, s, err) &&
	    db_run(db, "UPDATE websub SET proven = 1, pushes = pushes + 1, last_push = $2 WHERE id = $1", DB_ARGS(db_int(w->id), db_int(now)), err) &&
	    (w->lease_end <= now || source_pushed(db, s->id, w->lease_end, err)) && drop(db, a, err))
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

/* A fetch shall tell what this push could not. */
static bool fetch_instead(struct db *db, const struct source *s, const struct arrival *a, const char *why, struct error *err)
{
	log_warning("push not read", log_int("source", s->id), log_text("error", why));
	return source_put_off(db, s->id, clock_now(), err) && drop(db, a, err);
}

static bool store(struct ingest *in, struct source *s, const struct websub *w, const struct arrival *a, struct error *err)
{
	struct error why = { 0 };
	struct ingest_result r = { 0 };
	struct feed *feed = feed_parse(s, a->body, a->size, a->content_type, w->base, &why);
	if (!feed)
		return fetch_instead(in->db, s, a, why.text, err);
	if (!ingest_store(in, s, feed, INGEST_PUSH, &r, &why)) {
		if (why.kind != ERROR_TEMPORARY)
			return fetch_instead(in->db, s, a, why.text, err);
		return source_put_off(in->db, s->id, s->next_fetch, err) && put_off(in->db, a, err);
	}
	if (r.held)
		return fetch_instead(in->db, s, a, "its posts all look new", err);
	log_info("push read", log_int("source", s->id), log_text("topic", w->topic), log_int("entries", (int64_t)r.entries), log_int("new", (int64_t)r.fresh),
	         log_int("revised", (int64_t)r.revised));
	return went_in(in->db, s, w, a, err);
}

/* The source is ours alone meanwhile, so that no fetch of it is at the same entries. */
static bool read_one(struct ingest *in, const struct arrival *a, struct error *err)
{
	struct error why = { 0 };
	struct websub *w = websub_by_id((void *)(uintptr_t)a, in->db, a->websub, &why);
	struct source *s = w && w->source ? source_claim_one(w, in->db, w->source, LEASE, &why) : NULL;
	if (!s && w && w->source && why.kind == ERROR_TEMPORARY)
		return put_off(in->db, a, err);
	if (!s)
		return drop(in->db, a, err);
	/* What is paused or held is not read, and the first import is a fetch. */
	if (s->state != SOURCE_ACTIVE || !s->imported)
		return source_put_off(in->db, s->id, s->next_fetch, err) && drop(in->db, a, err);
	return store(in, s, w, a, err);
}

bool websub_push_read(struct ingest *in, bool *worked, struct error *err)
{
	struct arrival *a;
	void *scratch = talloc_new(NULL);
	bool fine = claim(scratch, in->db, &a, err);
	*worked = fine && a;
	if (*worked)
		fine = read_one(in, a, err);
	talloc_free(scratch);
	return fine;
}

bool websub_push_next_due(struct db *db, int64_t *ms, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(claimed) FROM websub_arrival WHERE id IN (" NEXT ")", DB_NONE);
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}
