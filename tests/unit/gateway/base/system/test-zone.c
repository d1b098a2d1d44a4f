#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "tap.h"
#include <stdlib.h>

static const struct { const char *name; bool known; } names[] = {
	{ "UTC", true }, { "Europe/Berlin", true }, { "America/Argentina/Buenos_Aires", true }, { "Etc/GMT+5", true },
	{ "", false }, { "Berlin", false }, { "Europe", false }, { "Europe/", false }, { "Europe/Berlin ", false }, { "/usr/share/zoneinfo/Europe/Berlin", false },
	{ "../zoneinfo/Europe/Berlin", false }, { "right/Europe/Berlin", false }, { "posix/Europe/Berlin", false }, { "zone.tab", false }, { "+02:00", false },
	{ "America/A_name_that_is_much_longer_than_any_zone_has_ever_had_in_the_database", false },
};

static const struct { const char *name; int month, day, hour, offset, of_local; } offsets[] = {
	{ "UTC", 7, 1, 12, 0, 0 },
	{ "Europe/Berlin", 1, 1, 12, 60, 60 },
	{ "Europe/Berlin", 7, 1, 12, 120, 120 },
	{ "Asia/Kathmandu", 7, 1, 12, 345, 345 },
	{ "Pacific/Kiritimati", 7, 1, 12, 840, 840 },
	{ "America/St_Johns", 1, 1, 12, -210, -210 },
	/* 25 October 2026: 3 o'clock of summer is 2 o'clock of winter, at 1 UTC.  Half past two is there twice. */
	{ "Europe/Berlin", 10, 25, 0, 120, 120 },
	{ "Europe/Berlin", 10, 25, 1, 60, 120 },
	{ "Europe/Berlin", 10, 25, 2, 60, 120 },
	{ "Europe/Berlin", 10, 25, 3, 60, 60 },
	/* 8 March 2026: in New York 2 o'clock is 3 o'clock, at 7 UTC. */
	{ "America/New_York", 3, 8, 6, -300, -240 },
	{ "America/New_York", 3, 8, 7, -240, -240 },
	{ "No/Where", 7, 1, 12, 0, 0 },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		is_int(zone_known(names[i].name), names[i].known, mem_printf(t, "is '%s' a zone?", names[i].name));
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		int64_t ms = clock_civil(2026, offsets[i].month, offsets[i].day, offsets[i].hour, 0, 0);
		char *when = mem_printf(t, "%s on %d/%d at %d", offsets[i].name, offsets[i].day, offsets[i].month, offsets[i].hour);
		is_int(zone_offset(offsets[i].name, ms), offsets[i].offset, mem_printf(t, "%s UTC", when));
		is_int(zone_offset_of_local(offsets[i].name, ms), offsets[i].of_local, mem_printf(t, "%s o'clock there", when));
	}
	setenv("TZ", ":Europe/Lisbon", 1);
	is(zone_of_system(t), "Europe/Lisbon", "the zone of TZ");
	zone_offset("Asia/Tokyo", 0);
	is(getenv("TZ"), ":Europe/Lisbon", "TZ is as it was");
	setenv("TZ", "/usr/share/zoneinfo/Asia/Tokyo", 1);
	is(zone_of_system(t), "Asia/Tokyo", "the zone of a path");
	setenv("TZ", "CET-1CEST", 1);
	ok(zone_known(zone_of_system(t)), "a rule without a name is no zone, the system's counts");
	talloc_free(t);
	return tap_done();
}
