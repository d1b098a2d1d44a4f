#include "subscribers/ledger/retry.h"
#include "gateway/base/system/clock.h"

static int64_t wait_after(int tries, int64_t spread)
{
	static const int minutes[] = { 1, 5, 15, 60, 180, 360 };
	int last = sizeof minutes / sizeof *minutes - 1, n = tries < 1 ? 0 : tries - 1;
	int64_t wait = minutes[n < last ? n : last] * CLOCK_MINUTE;
	return wait + wait / 4 * (spread % 16) / 16;
}

bool retry_next(const struct retry *r, int64_t now, int64_t *next)
{
	int64_t end = (r->first ? r->first : now) + r->patience, soonest = now + r->after;
	if (now >= end)
		return false;
	*next = now + wait_after(r->tries, r->spread);
	*next = *next > end ? end : *next;
	*next = *next < soonest ? soonest : *next;
	return true;
}
