/* What is found is told once, and what nobody waits for any longer wakes nobody again. */
#include "smtp/receiver/finder.h"
#include "tap.h"
#include <poll.h>
#include <string.h>
#include <talloc.h>

static bool readable(const struct finder *f, int ms)
{
	struct pollfd p = { .fd = finder_fd(f), .events = POLLIN };
	return poll(&p, 1, ms) == 1;
}

int main(void)
{
	struct error err;
	void *t = talloc_new(NULL);
	/* Nobody answers there, which is told at once. */
	struct finder *f = finder_new(t, &(struct finder_options){ .resolver = "127.0.0.1:9" }, &err);
	if (!ok(f, "a finder"))
		return tap_done();
	ok(!finder_ask(f, "a.test") && !finder_ask(f, "b.test"), "nothing is known yet");
	const struct route *a = NULL, *b = NULL;
	while ((!a || !b) && readable(f, 30000)) {
		finder_seen(f);
		a = finder_ask(f, "a.test");
		b = finder_ask(f, "b.test");
	}
	ok(b && b->mx->state == MX_UNKNOWN && strcmp(b->receiver, "b.test") == 0, "what was found is told");
	ok(finder_known(f, "a.test"), "of both");
	/* The second may have been found after the last call, and before it was asked for. */
	finder_seen(f);
	ok(!readable(f, 0), "which wakes nobody a second time");
	ok(!finder_ask(f, "c.test") && readable(f, 30000), "until something else is found");
	finder_seen(f);
	ok(!readable(f, 0) && finder_ask(f, "c.test"), "which is there once it was seen");
	talloc_free(t);
	return tap_done();
}
