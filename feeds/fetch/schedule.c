#include "feeds/fetch/schedule.h"
#include "gateway/base/system/clock.h"
#include <stdlib.h>

enum { NEWEST = 10, SHARE = 8, SCATTER = 20 };
#define LONGEST_RETRY (6 * CLOCK_HOUR)
#define FARTHEST_SKIP (3 * CLOCK_DAY)

static int64_t within(int64_t pause, struct schedule_bounds b)
{
	int64_t most = b.max > b.min ? b.max : b.min;
	return pause < b.min ? b.min : pause > most ? most : pause;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x < y) - (x > y);
}

/* Writes the newest times before now to best, newest first, and returns how many there are. */
static size_t newest(const int64_t *all, size_t count, int64_t now, int64_t best[NEWEST + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (all[i] <= 0 || all[i] > now)
			continue;
		best[n++] = all[i];
		qsort(best, n, sizeof *best, newest_first);
		n = n > NEWEST ? NEWEST : n;
	}
	return n;
}

int64_t schedule_pause(const int64_t *published, size_t count, int64_t now, const struct schedule_hints *hints, struct schedule_bounds b)
{
	int64_t best[NEWEST + 1];
	size_t n = newest(published, count, now, best);
	int64_t pause = n ? (now - best[n - 1]) / (int64_t)n / SHARE : b.max;
	return within(hints->pause > pause ? hints->pause : pause, b);
}

int64_t schedule_longer(int64_t pause, struct schedule_bounds b) { return within(pause + pause / 10, b); }

static bool skipped(int64_t time, const struct schedule_hints *h)
{
	int64_t hour = time / CLOCK_HOUR;
	/* 1 January 1970 was a Thursday. */
	return (h->skip_hours >> (hour % 24) & 1) || (h->skip_days >> ((hour / 24 + 4) % 7) & 1);
}

int64_t schedule_next(int64_t now, int64_t pause, const struct schedule_hints *hints, struct schedule_bounds b, int64_t spread)
{
	if (b.max > b.min)
		pause += pause / SCATTER * (spread % 16) / 16;
	int64_t time = now + pause, later = time;
	while (skipped(later, hints) && later - now <= FARTHEST_SKIP)
		later = (later / CLOCK_HOUR + 1) * CLOCK_HOUR;
	return later - now <= FARTHEST_SKIP ? later : time;
}

int64_t schedule_retry(int64_t now, int failures, int64_t retry_after, struct schedule_bounds b)
{
	int64_t pause = b.min, most = LONGEST_RETRY > b.min ? LONGEST_RETRY : b.min;
	for (int i = 1; i < failures && pause < most; i++)
		pause *= 2;
	pause = pause < most ? pause : most;
	return now + (retry_after > pause ? retry_after : pause);
}
