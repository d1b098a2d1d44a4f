#include "feeds/role/websub_work.h"
#include "feeds/ingest/ingest_push.h"
#include "feeds/role/reading.h"
#include "feeds/websub/websub_subscriber.h"
#include "gateway/base/memory/mem.h"

/* At most so many pushes are read at once, so that fetches go on. */
enum { PUSHES = 10 };

struct websub_work {
	struct ingest *in;
	struct websub_subscriber *subscriber;
	struct helper_pool *pool;
	struct ingest_push *reading[PUSHES];
	size_t count;
};

struct websub_work *websub_work_new(void *owner, struct ingest *in, struct helper_pool *pool, struct error *err)
{
	struct websub_work *w = mem_new(owner, struct websub_work);
	w->in = in;
	w->pool = pool;
	w->subscriber = websub_subscriber_new(w, in->db, in->config, err);
	if (w->subscriber)
		return w;
	talloc_free(w);
	return NULL;
}

static void give(struct websub_work *w, struct ingest_push *p)
{
	w->reading[w->count++] = p;
	helper_pool_give(w->pool, &(struct helper_task){ .taker = w, .tag = p, .request = {
		.kind = HELPER_FEED, .data = p->push->body, .size = p->push->size, .type = p->push->content_type, .url = p->websub->base,
		.source = p->source->url, .access = p->source->settings.access } });
}

/* Reading first keeps an idle role from taking the write lock. */
static bool give_pushes(struct websub_work *w, enum trial_turn turn, int64_t *due, struct error *err)
{
	bool worked = turn != TRIAL_WAIT;
	/* A suspect is read alone. */
	size_t most = turn == TRIAL_SUSPECTS ? 1 : PUSHES;
	for (size_t i = 0; i == 0 || (i < most && w->count < most); i++) {
		struct ingest_push *p;
		if (!websub_push_next_due(w->in->db, due, err))
			return false;
		if (*due != 0 || !worked || w->count >= most)
			return true;
		if (!ingest_push_claim(w, w->in, turn == TRIAL_SUSPECTS, &p, &worked, err))
			return false;
		if (p)
			give(w, p);
	}
	return true;
}

static bool store_pushes(struct websub_work *w, struct error *err)
{
	void *tag;
	bool fine = true;
	for (struct helper_answer *a; fine && (a = helper_pool_next(w, w->pool, w, &tag));) {
		size_t i = 0;
		while (w->reading[i] != tag)
			i++;
		struct ingest_push *p = w->reading[i];
		w->reading[i] = w->reading[--w->count];
		fine = ingest_push_store(w->in, p, reading_parsed(p, a), err);
		talloc_free(p);
	}
	return fine;
}

bool websub_work(struct websub_work *w, enum trial_turn turn, int64_t *due, struct error *err)
{
	int64_t pushes;
	if (!store_pushes(w, err) || !give_pushes(w, turn, &pushes, err) || !websub_subscriber_turn(w->subscriber, due, err))
		return false;
	if (pushes >= 0 && (*due < 0 || pushes < *due))
		*due = pushes;
	return true;
}

size_t websub_work_count(const struct websub_work *w) { return w->count; }
int64_t websub_work_push(const struct websub_work *w, size_t n) { return w->reading[n]->push->id; }
int64_t websub_work_source(const struct websub_work *w, size_t n) { return w->reading[n]->source->id; }
