#include "gateway/mail/recorder.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include "gateway/base/system/thread.h"
#include "gateway/mail/refused.h"
#include "subscribers/bounce/bounce.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct recorder {
	struct db *db;
	pthread_t thread;
	bool runs;               /* the thread does */
	int ended;               /* eventfd: a batch has */
	pthread_mutex_t lock;    /* for what follows */
	pthread_cond_t given;
	bool stop;
	const struct delivery_outcome *outcomes; /* NULL: nothing to do */
	size_t count;
	bool fine;               /* the last batch was recorded; else err says why not */
	struct error err;
};

/* One of the outcomes is enough to tell of; that it cannot be told must not keep letters from others. */
static void tell_owner(struct db *db, const struct delivery_outcome *outcomes, size_t count)
{
	struct error err = { 0 };
	for (size_t i = 0; i < count; i++) {
		const struct delivery_outcome *o = &outcomes[i];
		if (o->state != DELIVERY_DEFERRED || o->reason != DELIVERY_POLICY)
			continue;
		if (!refused_tell(db, o->delivery, o->words, &err))
			log_warning("the owner is not told that a mail server refuses us", log_text("error", err.text));
		return;
	}
}

/* That one cannot be counted must not keep letters from others. */
static void count_refusals(struct db *db, const struct delivery_outcome *outcomes, size_t count)
{
	struct error err = { 0 };
	if (!bounce_outcomes(db, outcomes, count, &err))
		log_warning("a refusal is not counted", log_text("error", err.text));
}

static void record(struct recorder *r)
{
	r->err = (struct error){ 0 };
	r->fine = ledger_record(r->db, r->outcomes, r->count, &r->err);
	if (r->fine) {
		tell_owner(r->db, r->outcomes, r->count);
		count_refusals(r->db, r->outcomes, r->count);
	}
}

/* What is recorded is nobody else's until its end was told, so the lock is not held meanwhile. */
static void *work(void *recorder)
{
	struct recorder *r = recorder;
	pthread_mutex_lock(&r->lock);
	while (!r->stop || r->outcomes) {
		if (!r->outcomes) {
			pthread_cond_wait(&r->given, &r->lock);
			continue;
		}
		pthread_mutex_unlock(&r->lock);
		record(r);
		pthread_mutex_lock(&r->lock);
		r->outcomes = NULL;
		eventfd_write(r->ended, 1);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static int end_thread(struct recorder *r)
{
	if (r->runs) {
		pthread_mutex_lock(&r->lock);
		r->stop = true;
		pthread_cond_signal(&r->given);
		pthread_mutex_unlock(&r->lock);
		pthread_join(r->thread, NULL);
	}
	if (r->ended >= 0)
		close(r->ended);
	return 0;
}

static bool start_thread(struct recorder *r, struct error *err)
{
	int why = thread_start(&r->thread, work, r);
	r->runs = why == 0;
	return why == 0 || error_set(err, ERROR_TEMPORARY, "no thread can be started: %s", strerror(why));
}

struct recorder *recorder_new(void *owner, const char *database, struct error *err)
{
	struct recorder *r = mem_new(owner, struct recorder);
	r->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	r->given = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	r->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	talloc_set_destructor(r, end_thread);
	if (r->ended < 0)
		error_set(err, ERROR_TEMPORARY, "eventfd: %s", strerror(errno));
	else if ((r->db = db_open(r, database, err)) && start_thread(r, err))
		return r;
	talloc_free(r);
	return NULL;
}

void recorder_begin(struct recorder *r, const struct delivery_outcome *outcomes, size_t count)
{
	pthread_mutex_lock(&r->lock);
	r->outcomes = outcomes;
	r->count = count;
	pthread_cond_signal(&r->given);
	pthread_mutex_unlock(&r->lock);
}

bool recorder_end(struct recorder *r, bool *fine, struct error *err)
{
	eventfd_t ended;
	if (eventfd_read(r->ended, &ended) != 0)
		return false;
	pthread_mutex_lock(&r->lock);
	*fine = r->fine;
	if (!r->fine)
		*err = r->err;
	pthread_mutex_unlock(&r->lock);
	return true;
}

int recorder_fd(const struct recorder *r) { return r->ended; }
