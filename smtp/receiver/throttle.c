#include "smtp/receiver/throttle.h"
#include "gateway/base/system/clock.h"

#define FIRST_PAUSE (10 * CLOCK_MINUTE)
#define LONGEST_PAUSE (2 * CLOCK_HOUR)
#define LONGEST_SPACING CLOCK_MINUTE
/* So many letters for each that it takes at once, until it gets one more. */
enum { START = 4, STEP = 10, NO_SPACING_MS = 20 };

static int least(int a, int b) { return a < b ? a : b; }

void throttle_begin(struct throttle *p, int most)
{
	*p = (struct throttle){ .at_once = least(START, most), .most = most };
}

int64_t throttle_wait(const struct throttle *p, int64_t now, int under_way)
{
	int64_t then = p->until > p->next ? p->until : p->next;
	if (now < then)
		return then - now;
	return under_way < p->at_once ? 0 : -1;
}

static void count(struct throttle *p, int64_t now)
{
	int64_t minute = now / CLOCK_MINUTE;
	if (minute != p->minute) {
		p->before = minute == p->minute + 1 ? p->begun : 0;
		p->begun = 0;
		p->minute = minute;
	}
}

void throttle_begun(struct throttle *p, int64_t now)
{
	count(p, now);
	p->begun++;
	p->next = now + p->spacing;
}

void throttle_taken(struct throttle *p)
{
	if (++p->taken < STEP * p->at_once)
		return;
	p->taken = 0;
	p->at_once = least(p->at_once + 1, p->most);
	p->spacing = p->spacing * 3 / 4;
	if (p->spacing < NO_SPACING_MS)
		p->spacing = p->next = 0;
	/* It has recovered: the next time is a first time. */
	if (p->at_once == p->most && p->spacing == 0)
		p->pause = 0;
}

void throttle_slow_down(struct throttle *p, int64_t now)
{
	if (now < p->until)
		return;
	count(p, now);
	int in_minute = p->begun > p->before ? p->begun : p->before;
	int64_t half = 2 * CLOCK_MINUTE / (in_minute ? in_minute : 1), spacing = half > 2 * p->spacing ? half : 2 * p->spacing;
	p->spacing = spacing < LONGEST_SPACING ? spacing : LONGEST_SPACING;
	p->pause = p->pause == 0 ? FIRST_PAUSE : p->pause * 2 < LONGEST_PAUSE ? p->pause * 2 : LONGEST_PAUSE;
	p->until = now + p->pause;
	p->at_once = 1;
	p->taken = 0;
}
