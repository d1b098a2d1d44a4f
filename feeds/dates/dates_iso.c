#include "feeds/dates/dates_iso.h"
#include <ctype.h>
#include <stdint.h>
#include <string.h>

static struct number number(const char **s) { return dates_digits(s, SIZE_MAX); }

/* Sets the date from the number of a day in the year. */
static void ordinal(struct moment *m, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	m->day = 0; /* no valid day, unless it is found below */
	if (day < 1 || day > 365 + dates_leap(m->year))
		return;
	for (int i = 11; i >= 0; i--) {
		int start = before[i] + (i > 1 && dates_leap(m->year));
		if (day > start) {
			m->month = i + 1;
			m->day = day - start;
			return;
		}
	}
}

/* 20260907150405: date and time without a separator. */
static bool compact(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return n == 12 || n == 14;
}

/* *s is behind "2026-W": "37" or "37-1".  The first week is the one with 4 January. */
static void week(struct moment *m, const char **s)
{
	int number_of = dates_digits(s, 2).value, day = 1;
	*s += **s == '-' && isdigit((unsigned char)(*s)[1]);
	if (isdigit((unsigned char)**s))
		day = dates_digits(s, 1).value;
	int first = 5 - dates_weekday_of(m->year, 1, 4), before = (number_of - 1) * 7 + day - 1;
	m->day = 0;
	/* A day of such a week that is in another year is not supported. */
	if (number_of >= 1 && number_of <= 53 && day >= 1 && day <= 7 && first + before >= 1)
		ordinal(m, first + before);
}

/* Behind "2003-": a month, a month and a day, an ordinal day, or a week. */
static void after_year(struct moment *m, const char **s)
{
	if (**s == 'W') {
		++*s;
		week(m, s);
		return;
	}
	struct number n = number(s);
	if (n.digits == 3) {
		ordinal(m, n.value);
		return;
	}
	m->month = n.value;
	if (n.digits <= 2 && **s == '-' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		m->day = number(s).value;
	}
}

/* Behind the year of 03-12-31 or -03-12, and nothing else. */
static bool short_year(struct moment *m, struct number year, bool short_month, const char **s)
{
	++*s;
	struct number month = number(s);
	m->year = dates_full_year(year);
	m->month = month.value;
	if (short_month || month.digits != 2 || **s != '-')
		return short_month && month.digits == 2 && **s == '\0';
	++*s;
	struct number day = number(s);
	m->day = day.value;
	return day.digits == 2;
}

/* The date: 2003, 2003-12, 2003-12-31, 2003-335, 2003-W49-1, 20031231, 2003335, 031231, 03-12-31, 03335, -0312, -03-12. */
static bool date(struct moment *m, const char **s)
{
	bool short_month = **s == '-';
	*s += short_month;
	struct number n = compact(*s) ? dates_digits(s, 8) : number(s);
	m->month = m->day = 1;
	if (n.digits == 4 && !short_month && **s == '-' && ((*s)[1] == 'W' || isdigit((unsigned char)(*s)[1]))) {
		++*s;
		m->year = n.value;
		after_year(m, s);
		return true;
	}
	if (n.digits == 2 && **s == '-' && isdigit((unsigned char)(*s)[1]))
		return short_year(m, n, short_month, s);
	switch (n.digits) {
	case 5: m->year = dates_full_year((struct number){ n.value / 1000, 2 }); ordinal(m, n.value % 1000); return true;
	case 8: m->year = n.value / 10000; m->month = n.value / 100 % 100; m->day = n.value % 100; return true;
	case 7: m->year = n.value / 1000; ordinal(m, n.value % 1000); return true;
	case 6: m->year = dates_full_year((struct number){ n.value / 10000, 2 }); m->month = n.value / 100 % 100; m->day = n.value % 100; return true;
	case 4:
		m->year = short_month ? dates_full_year((struct number){ n.value / 100, 2 }) : n.value;
		m->month = short_month ? n.value % 100 : 1;
		return **s == '\0' || **s == 'T' || **s == 't';
	default: return false;
	}
}

static void time_of_day(struct moment *m, const char **s)
{
	struct number n = number(s);
	/* hhmmss without colons */
	if (n.digits == 6 || n.digits == 4) {
		m->timed = true;
		m->hour = n.digits == 6 ? n.value / 10000 : n.value / 100;
		m->minute = n.digits == 6 ? n.value / 100 % 100 : n.value % 100;
		m->second = n.digits == 6 ? n.value % 100 : 0;
	} else
		dates_clock(m, n.value, s);
}

bool dates_iso(struct moment *m, const char *s)
{
	if (!date(m, &s))
		return false;
	bool at_time = isdigit((unsigned char)*s);
	if (at_time || ((*s == 'T' || *s == 't' || *s == ' ') && isdigit((unsigned char)s[1]))) {
		s += !at_time;
		time_of_day(m, &s);
		s += strspn(s, " ");
		m->zoned = *s == 'Z' || *s == 'z';
		if (m->zoned)
			s++;
		else if (*s == '+' || *s == '-')
			dates_offset(m, &s);
	}
	return s[strspn(s, " \t\r\n")] == '\0';
}
