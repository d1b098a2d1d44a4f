#include "subscribers/people/rhythm.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { MORNING = 8 * 60, DAY_MINUTES = 24 * 60 };

static const char *const names[] = { "each", "daily", "weekly", "monthly" };
static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };

const char *rhythm_name(enum rhythm_kind kind) { return names[kind]; }
const char *rhythm_day_name(int day) { return days[day]; }

char *rhythm_words(void *owner, const struct rhythm *r)
{
	char *zone = mem_printf(owner, "%s%s", r->zone && *r->zone ? ", " : "", r->zone ? r->zone : ""), *words = NULL;
	int hour = r->minute / 60, minute = r->minute % 60;
	switch (r->kind) {
	case RHYTHM_EACH: words = mem_dup(owner, "each post"); break;
	case RHYTHM_DAILY: words = mem_printf(owner, "daily at %02d:%02d%s", hour, minute, zone); break;
	case RHYTHM_WEEKLY: words = mem_printf(owner, "weekly, %s %02d:%02d%s", days[r->day], hour, minute, zone); break;
	case RHYTHM_MONTHLY: words = mem_printf(owner, "monthly, day %d at %02d:%02d%s", r->day, hour, minute, zone); break;
	}
	talloc_free(zone);
	return words;
}

/* "8:00" or "08:00" to the end of s. */
static bool read_time(const char *s, int *minute)
{
	int hour = 0, minutes = 0, digits = 0;
	for (; isdigit((unsigned char)*s) && digits < 2; digits++)
		hour = hour * 10 + *s++ - '0';
	if (digits == 0 || *s++ != ':' || !isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) || s[2])
		return false;
	minutes = (s[0] - '0') * 10 + s[1] - '0';
	*minute = hour * 60 + minutes;
	return minutes < 60 && *minute < DAY_MINUTES;
}

/* "mon", "Monday"; any of the days that begins so, but three letters of it. */
static bool read_week_day(const char *s, size_t n, int *day)
{
	for (int i = 0; i < 7; i++)
		if (n >= 3 && n <= strlen(days[i]) && strncasecmp(s, days[i], n) == 0) {
			*day = i;
			return true;
		}
	return false;
}

static bool read_month_day(const char *s, size_t n, int *day)
{
	*day = 0;
	for (size_t i = 0; i < n; i++)
		*day = isdigit((unsigned char)s[i]) && n <= 2 ? *day * 10 + s[i] - '0' : 99;
	return *day >= 1 && *day <= 31;
}

/* The day, where the rhythm has one and at names it, and the time. */
static bool read_at(const char *at, struct rhythm *r)
{
	const char *blank = strrchr(at, ' ');
	size_t n = blank ? (size_t)(blank - at) : 0;
	if (blank && r->kind == RHYTHM_DAILY)
		return false;
	if (blank && !(r->kind == RHYTHM_WEEKLY ? read_week_day(at, n, &r->day) : read_month_day(at, n, &r->day)))
		return false;
	return read_time(blank ? blank + 1 : at, &r->minute);
}

bool rhythm_parse(const char *name, const char *at, const char *zone, struct rhythm *r, struct error *err)
{
	static const char *const examples[] = { "", "'08:00'", "'mon 08:00'", "'1 08:00' for the first of the month" };
	for (int kind = RHYTHM_EACH; kind <= RHYTHM_MONTHLY; kind++)
		if (strcmp(name, names[kind]) == 0) {
			*r = (struct rhythm){ (enum rhythm_kind)kind, kind == RHYTHM_WEEKLY || kind == RHYTHM_MONTHLY, kind == RHYTHM_EACH ? 0 : MORNING, zone ? zone : "" };
			if (kind == RHYTHM_EACH) {
				r->zone = "";
				return (!at && (!zone || !*zone)) || error_set(err, ERROR_INVALID, "each post goes out when it comes: a time and a zone go with daily, weekly and monthly");
			}
			if (at && !read_at(at, r))
				return error_set(err, ERROR_INVALID, "'%s' is no time for a rhythm that is %s: write %s", at, name, examples[kind]);
			return !*r->zone || zone_known(r->zone) ||
			       error_set(err, ERROR_INVALID, "'%s' is no time zone: write its name, such as Europe/Berlin, America/New_York or UTC", r->zone);
		}
	return error_set(err, ERROR_INVALID, "'%s' is no rhythm: each, daily, weekly, monthly", name);
}

static int days_of_month(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return lengths[month - 1] + (month == 2 && leap);
}

/* Is the rhythm due on this day, counted from 1970? */
static bool falls_on(const struct rhythm *r, int64_t day)
{
	struct tm tm = { 0 };
	time_t noon = (time_t)(day * 86400 + 43200);
	gmtime_r(&noon, &tm);
	int last = days_of_month(tm.tm_year + 1900, tm.tm_mon + 1);
	return r->kind == RHYTHM_DAILY || (r->kind == RHYTHM_WEEKLY ? tm.tm_wday == r->day : tm.tm_mday == (r->day < last ? r->day : last));
}

int64_t rhythm_due(const struct rhythm *r, const char *zone, int64_t after)
{
	/* The day before, for zones whose offset is about to change by a whole day. */
	int64_t local = after + zone_offset(zone, after) * CLOCK_MINUTE, day = local / CLOCK_DAY - 2;
	for (;; day++) {
		int64_t at = day * CLOCK_DAY + r->minute * CLOCK_MINUTE;
		if (!falls_on(r, day))
			continue;
		int64_t moment = at - zone_offset_of_local(zone, at) * CLOCK_MINUTE;
		if (moment > after)
			return moment;
	}
}
