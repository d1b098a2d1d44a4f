#include "gateway/serve/worker.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include <pthread.h>
#include <unistd.h>

#define BEAT_SECONDS 60
/* One beat may be missed while the database is busy. */
#define LATELY (150 * CLOCK_SECOND)
#define FORGOTTEN CLOCK_DAY

/* What the thread needs; nothing else touches it. */
struct beat {
	const char *where, *name, *holder;
	int64_t started;
};

/* A connection for each beat: one that idles for a minute would be one more for the server to keep.  What fails now is said a minute later. */
static void say(const struct beat *b)
{
	struct error ignored;
	int64_t now = clock_now();
	struct db *db = db_open(NULL, b->where, &ignored);
	if (db && db_run(db, "INSERT INTO worker (holder, role, started, seen) VALUES ($1, $2, $3, $4)"
	                     " ON CONFLICT (holder) DO UPDATE SET role = excluded.role, started = excluded.started, seen = excluded.seen",
	                 DB_ARGS(db_text(b->holder), db_text(b->name), db_int(b->started), db_int(now)), &ignored))
		db_run(db, "DELETE FROM worker WHERE seen < $1", DB_ARGS(db_int(now - FORGOTTEN)), &ignored);
	talloc_free(db);
}

static void *beat(void *argument)
{
	for (;; sleep(BEAT_SECONDS))
		say(argument);
	return NULL;
}

void worker_start(const char *where, const char *name)
{
	struct beat *b = mem_new(NULL, struct beat);
	pthread_t thread;
	*b = (struct beat){ mem_dup(b, where), mem_dup(b, name), holder_self(b), clock_now() };
	if (pthread_create(&thread, NULL, beat, b) == 0)
		pthread_detach(thread);
}

bool worker_list(void *owner, struct db *db, struct worker **all, struct error *err)
{
	int64_t now = clock_now();
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT role, holder, started, seen FROM worker WHERE seen >= $1 ORDER BY role, started", DB_ARGS(db_int(now - FORGOTTEN)));
	*all = NULL;
	while (db_next(rows)) {
		struct worker *w = mem_push(owner, *all, count);
		*w = (struct worker){ db_column_dup(owner, rows, 0), db_column_dup(owner, rows, 1), db_column_int(rows, 2), db_column_int(rows, 3), false };
		w->running = now - w->seen < LATELY && !holder_is_gone(w->holder);
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}
