/* One pace for all workers of a machine. */
#include "gateway/base/memory/mem.h"
#include "gateway/mail/pacing.h"
#include "tap.h"
#include <sys/wait.h>
#include <unistd.h>

/* The table is shared by workers that were forked after it was made. */
static void workers(void *t)
{
	struct pacing_table *table = pacing_table_new();
	struct pacing *one = pacing_new(t, table, 0, 3);
	int status = -1;
	is_int(pacing_begin(one, "big.test"), 0, "a letter begins");
	pid_t pid = fork();
	if (pid == 0) {
		struct pacing *two = pacing_new(t, table, 1, 3);
		bool fine = pacing_begin(two, "big.test") == 0 && pacing_begin(two, "big.test") == 0 && pacing_begin(two, "big.test") == -1 && pacing_begin(two, "small.test") == 0;
		_exit(fine ? 0 : 1);
	}
	ok(waitpid(pid, &status, 0) == pid && status == 0, "another worker begins two more, not three; and one elsewhere");
	is_int(pacing_begin(one, "big.test"), -1, "which counts for the first one, too");
	/* It was killed and is there again: what it had under way is under way no more. */
	pacing_new(t, table, 1, 3);
	is_int(pacing_begin(one, "big.test"), 0, "a worker that is gone holds no place");
	ok(!pacing_end(one, "big.test", PACING_TAKEN), "a letter is taken");
	ok(pacing_end(one, "big.test", PACING_THROTTLED), "the next one is too many");
	ok(pacing_begin(one, "big.test") > 500000, "nothing goes there for ten minutes");
	is_int(pacing_begin(one, "small.test"), 0, "but elsewhere");
	ok(!pacing_end(one, "big.test", PACING_THROTTLED), "another such answer is the same event");
}

static void later(void *t)
{
	struct pacing *p = pacing_new(t, NULL, 0, 3);
	int64_t before = 0;
	bool apart = true;
	for (int i = 0; i < 100; i++) {
		int64_t ms = pacing_later(p, "big.test", 60000);
		apart = apart && ms > before && ms - before < (i ? 200 : 70000);
		before = ms;
	}
	ok(apart, "letters that wait come back one after the other");
	for (int i = 0; i < 100000; i++)
		before = pacing_later(p, "big.test", 60000);
	ok(before > 600000 && before <= 660000, "but no later than ten minutes after the first may");
}

/* More receivers than there are places. */
static void many(void *t)
{
	struct pacing *p = pacing_new(t, NULL, 0, 3);
	char name[32];
	int begun = 0;
	is_int(pacing_begin(p, "held.test"), 0, "a letter is under way");
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "receiver%d.test", i);
		begun += pacing_begin(p, name) == 0;
		pacing_end(p, name, PACING_TAKEN);
	}
	is_int(begun, 20000, "each of them gets its letter");
	is_int(pacing_begin(p, "held.test") + pacing_begin(p, "held.test"), 0, "and the one");
	is_int(pacing_begin(p, "held.test"), -1, "is not forgotten while its letter is under way");
}

int main(void)
{
	void *t = talloc_new(NULL);
	workers(t);
	later(t);
	many(t);
	talloc_free(t);
	return tap_done();
}
