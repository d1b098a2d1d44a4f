#include "feeds/ingest/ingest_push.h"
#include "feeds/ingest/ingest_store.h"
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

bool ingest_push_store(struct ingest *in, const struct ingest_push *p, const struct ingest_parsed *parsed, struct error *err)
{
	struct error why = parsed->err;
	struct ingest_result r = { 0 };
	struct source *s = p->source;
	if (!parsed->feed)
		return fetch_instead(in->db, s, p->push, why.text, err);
	in->ready = parsed->ready;
	bool fine = ingest_store(in, s, parsed->feed, INGEST_PUSH, &r, &why);
	in->ready = NULL;
	if (!fine) {
		if (why.kind != ERROR_TEMPORARY)
			return fetch_instead(in->db, s, p->push, why.text, err);
		return source_put_off(in->db, s->id, s->next_fetch, err) && websub_push_put_off(in->db, p->push, err);
	}
	if (r.held)
		return fetch_instead(in->db, s, p->push, "its posts all look new", err);
	if (!websub_push_done(in->db, p->push, p->websub, s, err))
		return false;
	log_info("push read", log_int("source", s->id), log_text("topic", p->websub->topic), log_int("entries", (int64_t)r.entries), log_int("new", (int64_t)r.fresh),
	         log_int("revised", (int64_t)r.revised));
	return true;
}

/* Claims the source of p->push, if the push is to be read; else p->source is NULL, and the push is put off or dropped. */
static bool claim_source(struct ingest *in, struct ingest_push *p, struct error *err)
{
	struct error why = { 0 };
	struct websub *w = p->websub = websub_by_id(p, in->db, p->push->websub, &why);
	struct source *s = w && w->source ? source_claim_one(w, in->db, w->source, in->holder, LEASE, &why) : NULL;
	if (!s && w && w->source && why.kind == ERROR_TEMPORARY)
		return websub_push_put_off(in->db, p->push, err);
	if (!s)
		return websub_push_drop(in->db, p->push, err);
	/* A paused or held source is not read, and the first import must be a fetch. */
	if (s->state != SOURCE_ACTIVE || !s->imported)
		return source_put_off(in->db, s->id, s->next_fetch, err) && websub_push_drop(in->db, p->push, err);
	p->source = s;
	return true;
}

bool ingest_push_claim(void *owner, struct ingest *in, bool suspects, struct ingest_push **claimed, bool *worked, struct error *err)
{
	struct ingest_push *p = *claimed = mem_new(owner, struct ingest_push);
	bool fine = websub_push_claim(p, in->db, &(struct websub_push_claimer){ in->holder, LEASE, suspects }, &p->push, err);
	*worked = fine && p->push;
	fine = fine && (!p->push || claim_source(in, p, err));
	if (!fine || !p->source)
		TALLOC_FREE(*claimed);
	return fine;
}
