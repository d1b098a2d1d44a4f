#include "feeds/role/websub_work.h"
#include "feeds/ingest/ingest_push.h"
#include "feeds/websub/websub_push.h"
#include "feeds/websub/websub_subscriber.h"
#include "gateway/base/memory/mem.h"

/* At most so many pushes are read in one turn, so that fetches go on. */
enum { PUSHES = 10 };

struct websub_work {
	struct ingest *in;
	struct websub_subscriber *subscriber;
};

struct websub_work *websub_work_new(void *owner, struct ingest *in, struct error *err)
{
	struct websub_work *w = mem_new(owner, struct websub_work);
	w->in = in;
	w->subscriber = websub_subscriber_new(w, in->db, in->config, err);
	if (w->subscriber)
		return w;
	talloc_free(w);
	return NULL;
}

/* Reading first keeps an idle role from taking the write lock. */
static bool read_pushes(struct ingest *in, enum trial_turn turn, int64_t *due, struct error *err)
{
	bool worked = turn != TRIAL_WAIT;
	/* A suspect is read alone. */
	for (int i = 0; i < (turn == TRIAL_SUSPECTS ? 1 : PUSHES); i++) {
		if (!websub_push_next_due(in->db, due, err))
			return false;
		if (*due != 0 || !worked)
			return true;
		if (!ingest_push(in, turn == TRIAL_SUSPECTS, &worked, err))
			return false;
	}
	return true;
}

bool websub_work(struct websub_work *w, enum trial_turn turn, int64_t *due, struct error *err)
{
	int64_t pushes;
	if (!read_pushes(w->in, turn, &pushes, err) || !websub_subscriber_turn(w->subscriber, due, err))
		return false;
	if (pushes >= 0 && (*due < 0 || pushes < *due))
		*due = pushes;
	return true;
}
