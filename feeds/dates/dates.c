#include "feeds/dates/dates.h"
#include "feeds/dates/dates_iso.h"
#include "feeds/dates/dates_scan.h"
#include "feeds/dates/dates_words.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* No date is longer. */
#define LONGEST 128

static struct number number(const char **s) { return dates_digits(s, LONGEST); }

/* The time in ms since 1970; false when there is no such date. */
static bool settle(struct moment *m, int64_t *ms)
{
	if (m->meridiem == 'p' && m->hour < 12)
		m->hour += 12;
	if (m->meridiem == 'a' && m->hour == 12)
		m->hour = 0;
	if (!dates_fits(m))
		return false;
	int64_t local = clock_civil(m->year, m->month, m->day, 0, 0, 0) + m->hour * CLOCK_HOUR + m->minute * CLOCK_MINUTE + m->second * CLOCK_SECOND + m->milli;
	if (*m->place)
		m->zone = zone_offset_of_local(m->place, local);
	*ms = local - m->zone * CLOCK_MINUTE;
	return true;
}

/* A number that is alone: its size and what is still missing tell whether it is the year, the month or the day. */
static void place(struct moment *m, struct number n)
{
	if (n.digits >= 3 || (n.value > 31 && m->day >= 0)) {
		if (m->year < 0)
			m->year = dates_full_year(n);
	} else if (m->year >= 0 && m->day < 0 && m->month < 0) {
		/* 2004년 05월 28일: the month follows the year. */
		m->month = n.value;
		m->numeric_month = true;
	} else if (m->day < 0)
		m->day = n.value;
	else if (m->month < 0)
		m->month = n.value;
	else if (m->year < 0)
		m->year = dates_full_year(n);
}

/* a/b/c.  With the year last, a slash means American order (month first) and any other separator day first.  The day of the
 * week decides when it fits only one of the two. */
static void triple(struct moment *m, struct number a, struct number b, struct number c, char separator)
{
	bool year_first = a.digits > 2 || a.value > 31;
	m->year = dates_full_year(year_first ? a : c);
	bool month_fits = m->weekday && m->weekday == dates_weekday_of(m->year, a.value, b.value);
	bool day_fits = m->weekday && m->weekday == dates_weekday_of(m->year, b.value, a.value);
	bool day_first = month_fits != day_fits ? day_fits : separator != '/' || a.value > 12;
	m->month = (year_first || day_first ? b : a).value;
	m->day = year_first ? c.value : (day_first ? a : b).value;
}

/* "2004-07-08", "7/8/2004", "08.07.04": three numbers with the same separator between them. */
static bool three(struct moment *m, struct number a, const char **s)
{
	const char *p = *s;
	char separator = *p++;
	if (!separator || !strchr("-/.", separator) || m->day >= 0)
		return false;
	struct number b = number(&p);
	if (!b.digits || *p++ != separator)
		return false;
	struct number c = number(&p);
	if (!c.digits)
		return false;
	triple(m, a, b, c, separator);
	*s = p;
	return true;
}

static bool is_whole(const struct moment *m) { return m->year >= 0 && m->month >= 0 && m->day >= 0; }

static void digits(struct moment *m, const char **s)
{
	struct number n = number(s);
	bool clock = (**s == ':' && isdigit((unsigned char)(*s)[1])) || (is_whole(m) && n.digits <= 2 && n.value <= 24);
	if (clock && !m->timed)
		dates_clock(m, n.value, s);
	else if (!three(m, n, s))
		place(m, n);
}

static bool in_word(unsigned char c) { return isalpha(c) || c >= 0x80; }

/* "America/New_York", "Japan"; a name that is also an abbreviation is left to the table of these. */
static bool place_name(struct moment *m, const char **s)
{
	char name[sizeof m->place];
	size_t n = strspn(*s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/-+0123456789");
	int minutes;
	if (n >= sizeof name || dates_zone(*s, n, &minutes))
		return false;
	memcpy(name, *s, n);
	name[n] = '\0';
	if (!zone_known(name))
		return false;
	strcpy(m->place, name);
	m->zoned = true;
	*s += n;
	return true;
}

static void word(struct moment *m, const char **s)
{
	const char *start = *s;
	int minutes;
	while (in_word((unsigned char)**s))
		++*s;
	size_t n = (size_t)(*s - start);
	char meridiem = dates_meridiem(start, n);
	int month = dates_month(start, n);
	if (!m->weekday)
		m->weekday = dates_weekday(start, n);
	if (meridiem && (m->timed || n > 3)) /* 오후 is written before the hour */
		m->meridiem = meridiem;
	else if (m->timed && !m->zoned && dates_zone(start, n, &minutes)) {
		m->zone += minutes;
		m->zoned = **s != '+' && **s != '-';
	} else if (month && !is_whole(m)) {
		/* The last name counts: in "mar., 15 sept." the first one is Tuesday. */
		if (m->numeric_month && m->day < 0)
			m->day = m->month;
		m->month = month;
		m->numeric_month = false;
	}
}

/* Reads words, times, offsets and numbers from left to right, in any order. */
static void loose(struct moment *m, const char *s)
{
	while (*s) {
		if (isdigit((unsigned char)*s))
			digits(m, &s);
		else if ((*s == '+' || *s == '-') && m->timed && !m->zoned && isdigit((unsigned char)s[1]))
			dates_offset(m, &s);
		else if (in_word((unsigned char)*s)) {
			if (!m->timed || m->zoned || !place_name(m, &s))
				word(m, &s);
		}
		else
			s++;
	}
}

/* Seconds (with or without a fraction), milliseconds or microseconds since 1970. */
static bool epoch(const char *s, int64_t *ms)
{
	size_t n = strspn(s, "0123456789"), fraction = s[n] == '.' ? strspn(s + n + 1, "0123456789") : 0;
	bool seconds = n == 9 || n == 10;
	if (s[n + (fraction && seconds ? fraction + 1 : 0)] || (!seconds && n != 13 && n != 16))
		return false;
	int64_t value = 0;
	for (; isdigit((unsigned char)*s); s++)
		value = value * 10 + (*s - '0');
	*ms = n == 16 ? value / 1000 : n == 13 ? value : value * CLOCK_SECOND;
	return true;
}

/* Copies s with ASCII spaces and hyphens for all others, and without direction marks; false when it is too long for a date. */
static bool simplify(const char *s, char out[LONGEST])
{
	static const struct { const char *written, *meant; } marks[] = {
		{ "\xC2\xA0", " " }, { "\xE2\x80\xAF", " " }, { "\xE2\x80\x89", " " }, { "\xE3\x80\x80", " " }, { "\xE2\x80\x90", "-" },
		{ "\xE2\x80\x91", "-" }, { "\xE2\x80\x93", "-" }, { "\xE2\x88\x92", "-" }, { "\xE2\x80\x8E", "" }, { "\xE2\x80\x8F", "" },
	};
	size_t used = 0;
	while (*s && isspace((unsigned char)*s))
		s++;
	while (*s && used < LONGEST - 1) {
		size_t i = 0, count = sizeof marks / sizeof *marks;
		while (i < count && !text_starts(s, marks[i].written))
			i++;
		if (i == count)
			out[used++] = *s++;
		else {
			s += strlen(marks[i].written);
			if (*marks[i].meant)
				out[used++] = *marks[i].meant;
		}
	}
	while (used && isspace((unsigned char)out[used - 1]))
		used--;
	out[used] = '\0';
	return !*s;
}

static bool parse(const char *s, struct moment *m, int64_t *ms)
{
	const struct moment unset = { .year = -1, .month = -1, .day = -1 };
	char date[LONGEST];
	*m = unset;
	if (!simplify(s, date))
		return false;
	m->zoned = epoch(date, ms);
	if (m->zoned)
		return true;
	if ((isdigit((unsigned char)*date) || *date == '-') && dates_iso(m, date))
		return settle(m, ms);
	*m = unset;
	loose(m, date);
	/* "May 2012" is its first day. */
	if (m->day < 0 && m->month > 0 && m->year > 0)
		m->day = 1;
	return settle(m, ms);
}

bool dates_parse(const char *s, int64_t *ms)
{
	struct moment m;
	return parse(s, &m, ms);
}

bool dates_offset_said(const char *s, int *minutes)
{
	struct moment m;
	int64_t ms;
	*minutes = 0;
	/* No clock on earth is further from UTC than 14 hours. */
	if (!parse(s, &m, &ms) || (m.zoned && m.zone == 0) || m.zone < -14 * 60 || m.zone > 14 * 60)
		return false;
	*minutes = m.zone;
	return true;
}

int64_t dates_credible(int64_t ms, int64_t fetched) { return ms > fetched + CLOCK_DAY ? fetched : ms; }
