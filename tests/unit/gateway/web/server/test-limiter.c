#include "gateway/web/server/limiter.h"
#include "tap.h"
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *spent, *asks; /* when the first has used up its share, may the second go on? */
	bool may;
} cases[] = {
	{ "192.0.2.1", "192.0.2.1", false },
	{ "192.0.2.1", "192.0.2.2", true },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", false },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", true },
	{ "::ffff:192.0.2.1", "192.0.2.1", false },
	{ "2001:db8::1", "2001:db8::2", false },
	{ "2001:db8::1", "2001:db8:0:1::1", true },
};

/* Workers are forked after the limiter is made. */
static void check_shared(void)
{
	enum { BURST = 1000, WORKERS = 4 };
	struct limiter *l = limiter_new(BURST, 60000);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0) {
			for (int n = 0; n < BURST / WORKERS; n++)
				if (limiter_take(l, "192.0.2.1") != 0)
					_exit(1);
			_exit(0);
		}
	int status, failed = 0;
	while (wait(&status) > 0)
		failed += status != 0;
	is_int(failed, 0, "four processes take a quarter each, at once");
	ok(limiter_take(l, "192.0.2.1") > 0, "then the share of all of them is used up");
	is_int(limiter_take(l, "192.0.2.2"), 0, "and that of others is not");
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct limiter *l = limiter_new(3, 60000);
		for (int n = 0; n < 3; n++)
			ok(limiter_take(l, cases[i].spent) == 0, "its share is free");
		ok(limiter_take(l, cases[i].spent) > 0, "more is not");
		ok((limiter_take(l, cases[i].asks) == 0) == cases[i].may, cases[i].asks);
	}
	check_shared();
	return tap_done();
}
