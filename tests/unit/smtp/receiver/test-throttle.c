/* The pace of letters to one receiver, by a clock that is only a number. */
#include "gateway/base/system/clock.h"
#include "smtp/receiver/throttle.h"
#include "tap.h"

static int64_t now = INT64_C(1000000) * CLOCK_MINUTE;

/* So many letters, one after the other, which the receiver takes; how long that took, in ms. */
static int64_t take(struct throttle *p, int letters)
{
	int64_t begun = now;
	for (int i = 0; i < letters; i++) {
		int64_t wait = throttle_wait(p, now, 0);
		now += wait > 0 ? wait : 0;
		throttle_begun(p, now);
		throttle_taken(p);
	}
	return now - begun;
}

static void growing(void)
{
	struct throttle p;
	throttle_begin(&p, 6);
	is_int(p.at_once, 4, "one of whom nothing is known gets four letters at once");
	is_int(throttle_wait(&p, now, 3), 0, "another one may begin");
	is_int(throttle_wait(&p, now, 4), -1, "but not a fifth");
	take(&p, 39);
	is_int(p.at_once, 4, "39 were taken");
	take(&p, 1);
	is_int(p.at_once, 5, "after forty, one more at once");
	take(&p, 1000);
	is_int(p.at_once, 6, "and no more than what is set");
	throttle_begin(&p, 1);
	is_int(p.at_once, 1, "which may be one");
}

/* Gmail: stop for ten minutes at least, come back with one connection, add one at a time. */
static void throttled(void)
{
	struct throttle p;
	throttle_begin(&p, 8);
	take(&p, 200);
	throttle_slow_down(&p, now);
	is_int(throttle_wait(&p, now, 0), 10 * CLOCK_MINUTE, "nothing for ten minutes");
	struct throttle before = p;
	throttle_slow_down(&p, now + 1);
	is_int(p.until, before.until, "an answer to what was under way is the same event");
	is_int(p.spacing, before.spacing, "and costs nothing");
	now = p.until;
	is_int(throttle_wait(&p, now, 0), 0, "then one");
	is_int(throttle_wait(&p, now, 1), -1, "and not two");
	is_int(p.spacing, 600, "at half of two hundred a minute");
	throttle_begun(&p, now);
	is_int(throttle_wait(&p, now, 0), 600, "so the next comes later");
	now += 600;
	take(&p, 10);
	is_int(p.at_once, 2, "after ten that were taken there are two at once");
	is_int(p.spacing, 450, "and the rate grows");
	take(&p, 20);
	is_int(p.at_once, 3, "then three");
	throttle_slow_down(&p, now);
	is_int(throttle_wait(&p, now, 0), 20 * CLOCK_MINUTE, "the second time takes twice as long");
	is_int(p.at_once, 1, "and begins with one again");
	for (int i = 0; i < 9; i++)
		now = p.until, throttle_slow_down(&p, now);
	is_int(throttle_wait(&p, now, 0), 2 * CLOCK_HOUR, "but never longer than two hours");
	is_int(p.spacing, CLOCK_MINUTE, "nor slower than one in a minute");
	now = p.until;
	take(&p, 2000);
	is_int(p.spacing, 0, "one that takes everything again has its full rate");
	is_int(p.at_once, 8, "and connections");
	throttle_slow_down(&p, now);
	is_int(throttle_wait(&p, now, 0), 10 * CLOCK_MINUTE, "the next time is a first time");
}

int main(void)
{
	growing();
	throttled();
	return tap_done();
}
