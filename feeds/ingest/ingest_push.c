#include "feeds/ingest/ingest_push.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/websub/websub_push.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"

#define LEASE (2 * CLOCK_MINUTE)

/* Drops a push that cannot be read, and makes the source due. */
static bool fetch_instead(struct db *db, const struct source *s, const struct websub_push *push, const char *why, struct error *err)
{
	log_warning("push not read", log_int("source", s->id), log_text("error", why));
	return source_put_off(db, s->id, clock_now(), err) && websub_push_drop(db, push, err);
}

static bool store(struct ingest *in, struct source *s, const struct websub *w, const struct websub_push *push, struct error *err)
{
	struct error why = { 0 };
	struct ingest_result r = { 0 };
	struct feed *feed = feed_parse(s, push->body, push->size, push->content_type, w->base, &why);
	if (!feed)
		return fetch_instead(in->db, s, push, why.text, err);
	if (!ingest_store(in, s, feed, INGEST_PUSH, &r, &why)) {
		if (why.kind != ERROR_TEMPORARY)
			return fetch_instead(in->db, s, push, why.text, err);
		return source_put_off(in->db, s->id, s->next_fetch, err) && websub_push_put_off(in->db, push, err);
	}
	if (r.held)
		return fetch_instead(in->db, s, push, "its posts all look new", err);
	log_info("push read", log_int("source", s->id), log_text("topic", w->topic), log_int("entries", (int64_t)r.entries), log_int("new", (int64_t)r.fresh),
	         log_int("revised", (int64_t)r.revised));
	return websub_push_done(in->db, push, w, s, err);
}

/* The source is claimed meanwhile, so that no fetch stores the same entries at the same time. */
static bool read_push(struct ingest *in, const struct websub_push *push, struct error *err)
{
	struct error why = { 0 };
	struct websub *w = websub_by_id((void *)(uintptr_t)push, in->db, push->websub, &why);
	struct source *s = w && w->source ? source_claim_one(w, in->db, w->source, in->holder, LEASE, &why) : NULL;
	if (!s && w && w->source && why.kind == ERROR_TEMPORARY)
		return websub_push_put_off(in->db, push, err);
	if (!s)
		return websub_push_drop(in->db, push, err);
	/* A paused or held source is not read, and the first import must be a fetch. */
	if (s->state != SOURCE_ACTIVE || !s->imported)
		return source_put_off(in->db, s->id, s->next_fetch, err) && websub_push_drop(in->db, push, err);
	return store(in, s, w, push, err);
}

bool ingest_push(struct ingest *in, bool suspects, bool *worked, struct error *err)
{
	struct websub_push *push;
	void *scratch = talloc_new(NULL);
	bool fine = websub_push_claim(scratch, in->db, &(struct websub_push_claimer){ in->holder, LEASE, suspects }, &push, err);
	*worked = fine && push;
	if (*worked)
		fine = read_push(in, push, err);
	talloc_free(scratch);
	return fine;
}
