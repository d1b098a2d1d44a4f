/* When a source is fetched next. */
#include "feeds/fetch/schedule.h"
#include "gateway/base/system/clock.h"
#include "tap.h"

/* Monday 2026-11-23 10:30 UTC. */
#define NOW INT64_C(1795429800000)
#define MIN CLOCK_MINUTE
#define HOUR CLOCK_HOUR
static const struct schedule_bounds bounds = { 30 * MIN, 240 * MIN };

static const struct {
	const char *what;
	int count;
	int64_t every, ago; /* posts every so often, the newest so long ago */
	int64_t hint, pause;
} pauses[] = {
	{ "a daily blog, just posted", 20, CLOCK_DAY, 0, 0, 162 * MIN },
	{ "a news site is asked as often as may be", 50, 5 * MIN, 0, 0, 30 * MIN },
	{ "a monthly letter as rarely as may be", 20, 30 * CLOCK_DAY, CLOCK_DAY, 0, 240 * MIN },
	{ "every six hours", 10, 6 * HOUR, 0, 0, 40 * MIN + 30 * CLOCK_SECOND },
	{ "a busy one that fell silent", 10, HOUR, 10 * CLOCK_DAY, 0, 186 * MIN + 45 * CLOCK_SECOND },
	{ "no post at all", 0, 0, 0, 0, 240 * MIN },
	{ "one post, an hour ago", 1, 0, HOUR, 0, 30 * MIN },
	{ "posts of the future say nothing", 3, HOUR, -5 * HOUR, 0, 240 * MIN },
	{ "a ttl of an hour", 50, 5 * MIN, 0, HOUR, HOUR },
	{ "a ttl of a year is no silence", 50, 5 * MIN, 0, 365 * CLOCK_DAY, 240 * MIN },
	{ "a ttl of a minute is no licence", 50, 5 * MIN, 0, MIN, 30 * MIN },
};

static const struct {
	const char *what;
	uint32_t hours;
	unsigned days;
	int64_t pause, later;
} nexts[] = {
	{ "nothing to skip", 0, 0, HOUR, HOUR },
	{ "11 to 13 o'clock", 7u << 11, 0, HOUR, 3 * HOUR + 30 * MIN },
	{ "another hour", 1u << 10, 0, HOUR, HOUR },
	{ "the hour before midnight and the first", 1u << 23 | 1u, 0, 13 * HOUR, 14 * HOUR + 30 * MIN },
	{ "all hours but one", 0xFFFFFF & ~(1u << 9), 0, HOUR, 22 * HOUR + 30 * MIN },
	{ "all hours: nobody means that", 0xFFFFFF, 0, HOUR, HOUR },
	{ "Mondays", 0, 1u << 1, HOUR, 13 * HOUR + 30 * MIN },
	{ "Sundays", 0, 1u, HOUR, HOUR },
	{ "all but Saturday: too far", 0, 0x3F, HOUR, HOUR },
};

static const struct {
	int failures;
	int64_t retry_after, later;
} retries[] = {
	{ 1, -1, 30 * MIN }, { 2, -1, HOUR }, { 3, -1, 2 * HOUR }, { 5, -1, 6 * HOUR }, { 1000000, -1, 6 * HOUR },
	{ 1, 10 * CLOCK_SECOND, 30 * MIN }, { 1, CLOCK_DAY, CLOCK_DAY }, { 9, CLOCK_DAY, CLOCK_DAY },
};

int main(void)
{
	for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
		int64_t times[64];
		for (int k = 0; k < pauses[i].count; k++)
			times[(k * 7) % pauses[i].count] = 0;
		for (int k = 0; k < pauses[i].count; k++)
			times[pauses[i].count - 1 - k] = NOW - pauses[i].ago - k * pauses[i].every;
		struct schedule_hints hints = { .pause = pauses[i].hint };
		is_int(schedule_pause(times, (size_t)pauses[i].count, NOW, &hints, bounds), pauses[i].pause, pauses[i].what);
	}
	for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
		struct schedule_hints hints = { 0, nexts[i].hours, (uint8_t)nexts[i].days };
		is_int(schedule_next(NOW, nexts[i].pause, &hints, bounds, 0) - NOW, nexts[i].later, nexts[i].what);
	}
	for (size_t i = 0; i < sizeof retries / sizeof *retries; i++)
		is_int(schedule_retry(NOW, retries[i].failures, retries[i].retry_after, bounds) - NOW, retries[i].later, "after failures");
	is_int(schedule_longer(100 * MIN, bounds), 110 * MIN, "nothing new: a little later");
	is_int(schedule_longer(239 * MIN, bounds), 240 * MIN, "but not for ever");
	struct schedule_hints none = { 0 };
	is_int(schedule_next(NOW, 200 * MIN, &none, bounds, 15) - NOW, 200 * MIN + 10 * MIN * 15 / 16, "scattered");
	is_int(schedule_next(NOW, 200 * MIN, &none, (struct schedule_bounds){ MIN, MIN }, 15) - NOW, 200 * MIN, "unless the owner fixed it");
	return tap_done();
}
