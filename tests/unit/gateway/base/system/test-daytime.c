/* Parts of the day. */
#include "gateway/base/system/clock.h"
#include "gateway/base/system/daytime.h"
#include "tap.h"

static const struct {
	const char *part;
	int hour, minute;
	int64_t left; /* minutes; -1: it cannot be read */
} cases[] = {
	{ "22:00-07:00", 21, 59, 0 }, { "22:00-07:00", 22, 0, 540 }, { "22:00-07:00", 0, 0, 420 }, { "22:00-07:00", 6, 59, 1 }, { "22:00-07:00", 7, 0, 0 },
	{ "12:30-14:00", 12, 29, 0 }, { "12:30-14:00", 12, 30, 90 }, { "12:30-14:00", 14, 0, 0 }, { "00:00-23:59", 23, 59, 0 }, { "00:00-23:59", 0, 0, 1439 },
	{ "22:00-22:00", 0, 0, -1 }, { "24:00-07:00", 0, 0, -1 }, { "22:60-07:00", 0, 0, -1 }, { "22-7", 0, 0, -1 }, { "", 0, 0, -1 }, { "22:00-07:00 ", 0, 0, -1 },
	{ "22:00:07:00", 0, 0, -1 }, { "2a:00-07:00", 0, 0, -1 }, { "22:00-", 0, 0, -1 },
};

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct daytime part;
		int64_t local = clock_civil(2026, 11, 26, cases[i].hour, cases[i].minute, 0);
		is_int(daytime_parse(cases[i].part, &part) ? daytime_left(&part, local) / CLOCK_MINUTE : -1, cases[i].left, cases[i].part);
	}
	struct daytime night;
	ok(daytime_parse("22:00-07:00", &night) && daytime_left(&night, clock_civil(1960, 2, 3, 23, 0, 0)) == 8 * CLOCK_HOUR, "before 1970, too");
	return tap_done();
}
