#include "feeds/dates.h"
#include "feeds/dates_words.h"
#include "gateway/base/clock.h"
#include <ctype.h>
#include <string.h>

/* Longer than any date; what is longer is prose, and not worth the reading. */
#define LONGEST 128

struct moment {
	int year, month, day; /* -1: not said yet */
	int hour, minute, second, milli;
	int zone;             /* minutes east of UTC */
	bool timed, zoned;
	bool counted;         /* the month is a number */
	char half;
};

struct number {
	int value;
	size_t digits;
};

static struct number number(const char **s)
{
	struct number n = { 0, 0 };
	for (; isdigit((unsigned char)**s); (*s)++, n.digits++)
		if (n.digits < 9)
			n.value = n.value * 10 + (**s - '0');
	return n;
}

static int full_year(struct number n)
{
	if (n.digits > 2)
		return n.value;
	return n.value < 69 ? 2000 + n.value : 1900 + n.value;
}

static bool leap(int year) { return (year % 4 == 0 && year % 100) || year % 400 == 0; }

static bool fits(const struct moment *m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (m->year < 1 || m->year > 9999 || m->month < 1 || m->month > 12 || m->day < 1)
		return false;
	if (m->day > days[m->month - 1] + (m->month == 2 && leap(m->year)))
		return false;
	/* 24:00 ends a day and :60 is a leap second: both are the moment after. */
	return m->hour <= 24 && m->minute <= 59 && m->second <= 60 && m->zone > -24 * 60 && m->zone < 24 * 60;
}

static bool settle(struct moment *m, int64_t *ms)
{
	if (m->half == 'p' && m->hour < 12)
		m->hour += 12;
	if (m->half == 'a' && m->hour == 12)
		m->hour = 0;
	if (!fits(m))
		return false;
	*ms = clock_civil(m->year, m->month, m->day, 0, 0, 0) + m->hour * CLOCK_HOUR + (m->minute - m->zone) * CLOCK_MINUTE +
	      m->second * CLOCK_SECOND + m->milli;
	return true;
}

/* At a sign that begins an offset: +01:00, +0100, +1, -05:30. */
static void offset(struct moment *m, const char **s)
{
	int sign = *(*s)++ == '-' ? -1 : 1;
	struct number n = number(s);
	int minutes = n.digits > 2 ? n.value / 100 * 60 + n.value % 100 : n.value * 60;
	if (n.digits && n.digits <= 2 && **s == ':' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		minutes += number(s).value;
	}
	if (n.digits && n.digits <= 4 && minutes < 24 * 60) {
		m->zone += sign * minutes;
		m->zoned = true;
	}
}

/* After the hour: ":mm", ":mm:ss", with a fraction. */
static void rest_of_time(struct moment *m, int hour, const char **s)
{
	m->timed = true;
	m->hour = hour;
	if (**s == ':' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		m->minute = number(s).value;
	}
	if (**s == ':' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		m->second = number(s).value;
	}
	if ((**s == '.' || **s == ',') && isdigit((unsigned char)(*s)[1])) {
		++*s;
		for (int scale = 100; isdigit((unsigned char)**s); scale /= 10)
			m->milli += (*(*s)++ - '0') * scale;
	}
}

/* A number in a date without fixed places: what it may be is seen from its size and from what is still missing. */
static void place(struct moment *m, struct number n)
{
	if (n.digits >= 3 || (n.value > 31 && m->day >= 0)) {
		if (m->year < 0)
			m->year = full_year(n);
	} else if (m->year >= 0 && m->day < 0 && m->month < 0) {
		/* 2004년 05월 28일: what begins with the year goes on with the month. */
		m->month = n.value;
		m->counted = true;
	} else if (m->day < 0)
		m->day = n.value;
	else if (m->month < 0)
		m->month = n.value;
	else if (m->year < 0)
		m->year = full_year(n);
}

/* a/b/c: which is which.  With the year last, the month is first in America, where slashes are; dots count days first. */
static void triple(struct moment *m, struct number a, struct number b, struct number c, char between)
{
	bool year_first = a.digits > 2 || a.value > 31;
	struct number year = year_first ? a : c, month = year_first ? b : a, day = year_first ? c : b;
	if (!year_first && (between != '/' || month.value > 12)) {
		month = b;
		day = a;
	}
	m->year = full_year(year);
	m->month = month.value;
	m->day = day.value;
}

/* "2004-07-08", "7/8/2004", "08.07.04": three numbers with one mark between them. */
static bool three(struct moment *m, struct number a, const char **s)
{
	const char *p = *s;
	char between = *p++;
	if (!between || !strchr("-/.", between) || m->day >= 0)
		return false;
	struct number b = number(&p);
	if (!b.digits || *p++ != between)
		return false;
	struct number c = number(&p);
	if (!c.digits)
		return false;
	triple(m, a, b, c, between);
	*s = p;
	return true;
}

static void digits(struct moment *m, const char **s)
{
	struct number n = number(s);
	if (**s == ':' && !m->timed && isdigit((unsigned char)(*s)[1]))
		rest_of_time(m, n.value, s);
	else if (!three(m, n, s))
		place(m, n);
}

static bool in_word(unsigned char c) { return isalpha(c) || c >= 0x80; }

static bool is_whole(const struct moment *m) { return m->year >= 0 && m->month >= 0 && m->day >= 0; }

static void word(struct moment *m, const char **s)
{
	const char *start = *s;
	int minutes;
	while (in_word((unsigned char)**s))
		++*s;
	size_t n = (size_t)(*s - start);
	char half = dates_half(start, n);
	int month = dates_month(start, n);
	if (half && (m->timed || n > 3)) /* 오후 stands before the hour */
		m->half = half;
	else if (m->timed && !m->zoned && dates_zone(start, n, &minutes)) {
		m->zone += minutes;
		m->zoned = **s != '+' && **s != '-';
	} else if (month && !is_whole(m)) {
		/* A later name wins: in "mar., 15 sept." the first is Tuesday. */
		if (m->counted && m->day < 0)
			m->day = m->month;
		m->month = month;
		m->counted = false;
	}
}

/* Reads from left to right whatever tells itself apart: words, times, offsets, numbers. */
static void loose(struct moment *m, const char *s)
{
	while (*s) {
		if (isdigit((unsigned char)*s))
			digits(m, &s);
		else if ((*s == '+' || *s == '-') && m->timed && !m->zoned && isdigit((unsigned char)s[1]))
			offset(m, &s);
		else if (in_word((unsigned char)*s))
			word(m, &s);
		else
			s++;
	}
}

/* A day by its number in the year. */
static void ordinal(struct moment *m, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	m->day = 0; /* fits no calendar, unless a month is found */
	if (day < 1 || day > 365 + leap(m->year))
		return;
	for (int i = 11; i >= 0; i--) {
		int start = before[i] + (i > 1 && leap(m->year));
		if (day > start) {
			m->month = i + 1;
			m->day = day - start;
			return;
		}
	}
}

/* ISO 8601's day: 2003, 2003-12, 2003-12-31, 2003-335, 20031231, 2003335, 031231, -0312. */
static bool iso_day(struct moment *m, const char **s)
{
	bool short_month = **s == '-';
	*s += short_month;
	struct number a = number(s), b = { 0, 0 };
	m->month = m->day = 1;
	if (a.digits == 4 && !short_month && **s == '-' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		m->year = a.value;
		b = number(s);
		if (b.digits == 3)
			ordinal(m, b.value);
		else
			m->month = b.value;
		if (b.digits <= 2 && **s == '-' && isdigit((unsigned char)(*s)[1])) {
			++*s;
			m->day = number(s).value;
		}
		return true;
	}
	switch (a.digits) {
	case 8: m->year = a.value / 10000; m->month = a.value / 100 % 100; m->day = a.value % 100; return true;
	case 7: m->year = a.value / 1000; ordinal(m, a.value % 1000); return true;
	case 6: m->year = full_year((struct number){ a.value / 10000, 2 }); m->month = a.value / 100 % 100; m->day = a.value % 100; return true;
	case 4:
		m->year = short_month ? full_year((struct number){ a.value / 100, 2 }) : a.value;
		m->month = short_month ? a.value % 100 : 1;
		return **s == '\0' || **s == 'T' || **s == 't';
	default: return false;
	}
}

static void iso_time(struct moment *m, const char **s)
{
	struct number n = number(s);
	/* hhmmss without colons */
	if (n.digits == 6 || n.digits == 4) {
		m->timed = true;
		m->hour = n.digits == 6 ? n.value / 10000 : n.value / 100;
		m->minute = n.digits == 6 ? n.value / 100 % 100 : n.value % 100;
		m->second = n.digits == 6 ? n.value % 100 : 0;
	} else
		rest_of_time(m, n.value, s);
}

/* True when s has the shape of ISO 8601 and nothing else follows; false leaves it to the loose reading. */
static bool iso(struct moment *m, const char *s)
{
	if (!iso_day(m, &s))
		return false;
	if ((*s == 'T' || *s == 't' || *s == ' ') && isdigit((unsigned char)s[1])) {
		s++;
		iso_time(m, &s);
		s += strspn(s, " ");
		if (*s == 'Z' || *s == 'z')
			s++;
		else if (*s == '+' || *s == '-')
			offset(m, &s);
	}
	return s[strspn(s, " \t\r\n")] == '\0';
}

/* Seconds or milliseconds since 1970, as scripts print them. */
static bool epoch(const char *s, int64_t *ms)
{
	size_t n = strspn(s, "0123456789");
	if (s[n] || (n != 9 && n != 10 && n != 13))
		return false;
	int64_t value = 0;
	for (; *s; s++)
		value = value * 10 + (*s - '0');
	*ms = n == 13 ? value : value * CLOCK_SECOND;
	return true;
}

bool dates_parse(const char *s, int64_t *ms)
{
	const struct moment nothing = { .year = -1, .month = -1, .day = -1 };
	struct moment m = nothing;
	while (*s && isspace((unsigned char)*s))
		s++;
	if (strnlen(s, LONGEST) == LONGEST)
		return false;
	if (epoch(s, ms))
		return true;
	if ((isdigit((unsigned char)*s) || *s == '-') && iso(&m, s))
		return settle(&m, ms);
	m = nothing;
	loose(&m, s);
	/* "May 2012" names its first day. */
	if (m.day < 0 && m.month > 0 && m.year > 0)
		m.day = 1;
	return settle(&m, ms);
}

int64_t dates_credible(int64_t ms, int64_t fetched) { return ms > fetched + CLOCK_DAY ? fetched : ms; }
