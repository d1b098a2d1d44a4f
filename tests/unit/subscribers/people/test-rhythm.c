/* When a digest is due: days, months, and the hours that a change of summer time leaves out or shows twice. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/people/rhythm.h"
#include "tap.h"

static struct error err;

static const struct {
	const char *name, *at, *zone, *after, *due;
} dues[] = {
	{ "daily", "08:00", "UTC", "2026-11-26T07:59:59Z", "2026-11-26T08:00:00Z" },
	{ "daily", "08:00", "UTC", "2026-11-26T08:00:00Z", "2026-11-27T08:00:00Z" },
	{ "daily", "00:00", "UTC", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z" },
	{ "daily", "8:00", "Asia/Tokyo", "2026-11-26T00:00:00Z", "2026-11-26T23:00:00Z" },
	{ "weekly", "mon 08:00", "Europe/Berlin", "2026-11-26T12:00:00Z", "2026-11-30T07:00:00Z" },
	{ "weekly", "Monday 08:00", "Europe/Berlin", "2026-11-30T07:00:00Z", "2026-12-07T07:00:00Z" },
	{ "weekly", NULL, "Europe/Berlin", "2026-06-01T05:59:00Z", "2026-06-01T06:00:00Z" },
	{ "weekly", "sun 00:00", "Pacific/Auckland", "2026-11-26T12:00:00Z", "2026-11-28T11:00:00Z" },
	{ "monthly", "1 08:00", "America/New_York", "2026-11-26T12:00:00Z", "2026-12-01T13:00:00Z" },
	{ "monthly", "31 08:00", "UTC", "2027-01-31T08:00:00Z", "2027-02-28T08:00:00Z" },
	{ "monthly", "30 08:00", "UTC", "2028-01-30T08:00:00Z", "2028-02-29T08:00:00Z" },
	{ "monthly", NULL, "UTC", "2027-02-01T08:00:00Z", "2027-03-01T08:00:00Z" },
	/* Berlin leaves out 02:00 to 03:00 on 29 March, and shows it twice on 25 October. */
	{ "daily", "02:30", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z" },
	{ "daily", "02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z" },
	{ "daily", "02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z" },
	{ "daily", "02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z" },
	{ "daily", "08:00", "Europe/Berlin", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z" },
	{ "weekly", "sun 02:30", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:30:00Z" },
	{ "weekly", "sun 01:30", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z" },
	{ "weekly", "sun 01:30", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-08T06:30:00Z" },
	/* Lord Howe moves its clocks by half an hour; Kathmandu and Adelaide are off the hour. */
	{ "daily", "02:15", "Australia/Lord_Howe", "2026-10-02T18:00:00Z", "2026-10-03T15:45:00Z" },
	{ "daily", "02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z" },
	{ "daily", "01:45", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z" },
	{ "daily", "01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z" },
	{ "daily", "08:00", "Asia/Kathmandu", "2026-11-26T00:00:00Z", "2026-11-26T02:15:00Z" },
	{ "weekly", "mon 08:00", "Australia/Adelaide", "2026-10-04T00:00:00Z", "2026-10-04T21:30:00Z" },
	/* Apia had no 30 December 2011: its digest came with the next day, once. */
	{ "daily", "08:00", "Pacific/Apia", "2011-12-29T18:00:00Z", "2011-12-30T18:00:00Z" },
	{ "daily", "08:00", "Pacific/Apia", "2011-12-30T18:00:00Z", "2011-12-31T18:00:00Z" },
};

static void due(void *t)
{
	for (size_t i = 0; i < sizeof dues / sizeof *dues; i++) {
		struct rhythm r;
		int64_t after = 0;
		const char *label = mem_printf(t, "%s %s %s after %s", dues[i].name, dues[i].at ? dues[i].at : "-", dues[i].zone, dues[i].after);
		if (!rhythm_parse(dues[i].name, dues[i].at, dues[i].zone, &r, &err) || !clock_parse_rfc3339(dues[i].after, &after))
			ok(false, label);
		else
			is(clock_rfc3339(t, rhythm_due(&r, r.zone, after)), dues[i].due, label);
	}
}

/* A year in each zone: as many digests as days, none at the moment of another. */
static void years(void *t)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
	                                     "Pacific/Chatham", "Africa/Casablanca" };
	int64_t from = clock_civil(2026, 1, 1, 12, 0, 0), to = clock_civil(2027, 1, 1, 12, 0, 0);
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++)
		for (int minute = 0; minute < 24 * 60; minute += 15) {
			const struct rhythm r = { RHYTHM_DAILY, 0, minute, zones[z] };
			int count = 0;
			int64_t at = from;
			for (; (at = rhythm_due(&r, zones[z], at)) <= to; count++)
				;
			if (count != 365)
				is_int(count, 365, mem_printf(t, "%s at minute %d", zones[z], minute));
		}
	ok(true, "a year has 365 days in every zone, at every quarter of an hour");
}

static const struct {
	const char *name, *at, *zone, *words; /* words NULL: refused */
} written[] = {
	{ "each", NULL, NULL, "each post" },
	{ "daily", NULL, NULL, "daily at 08:00" },
	{ "daily", "23:59", "Asia/Tokyo", "daily at 23:59, Asia/Tokyo" },
	{ "weekly", "WED 7:05", NULL, "weekly, Wednesday 07:05" },
	{ "monthly", "31 18:00", "UTC", "monthly, day 31 at 18:00, UTC" },
	{ "each", "08:00", NULL, NULL },
	{ "yearly", NULL, NULL, NULL },
	{ "daily", "mon 08:00", NULL, NULL },
	{ "daily", "24:00", NULL, NULL },
	{ "daily", "8:60", NULL, NULL },
	{ "daily", "8", NULL, NULL },
	{ "daily", "08:00pm", NULL, NULL },
	{ "daily", "", NULL, NULL },
	{ "weekly", "mo 08:00", NULL, NULL },
	{ "weekly", "mondays 08:00", NULL, NULL },
	{ "weekly", "1 08:00", NULL, NULL },
	{ "monthly", "0 08:00", NULL, NULL },
	{ "monthly", "32 08:00", NULL, NULL },
	{ "monthly", " 08:00", NULL, NULL },
	{ "monthly", "4294967297 08:00", NULL, NULL },
	{ "daily", "08:00", "Berlin", NULL },
};

static void words(void *t)
{
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		struct rhythm r;
		bool fine = rhythm_parse(written[i].name, written[i].at, written[i].zone, &r, &err);
		const char *label = mem_printf(t, "%s, %s", written[i].name, written[i].at ? written[i].at : "no time");
		if (written[i].words)
			is(fine ? rhythm_words(t, &r) : err.text, written[i].words, label);
		else
			ok(!fine && err.kind == ERROR_INVALID, label);
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	due(t);
	years(t);
	words(t);
	talloc_free(t);
	return tap_done();
}
