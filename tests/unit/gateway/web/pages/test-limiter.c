#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/limiter.h"
#include "tap.h"

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

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct limiter *l = limiter_new(t, 3, 60000);
		for (int n = 0; n < 3; n++)
			ok(limiter_take(l, cases[i].spent) == 0, "its share is free");
		ok(limiter_take(l, cases[i].spent) > 0, "more is not");
		ok((limiter_take(l, cases[i].asks) == 0) == cases[i].may, cases[i].asks);
	}
	talloc_free(t);
	return tap_done();
}
