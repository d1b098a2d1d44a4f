#include "feeds/dates/dates.h"
#include "feeds/dates/dates_scan.h"
#include "feeds/dates/dates_words.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* Longer than any date; what is longer is prose, and not worth the reading. */
#define LONGEST 128

struct number dates_digits(const char **s, size_t most)
{
	struct number n = { 0, 0 };
	for (; n.digits < most && isdigit((unsigned char)**s); (*s)++, n.digits++)
		if (n.digits < 9)
			n.value = n.value * 10 + (**s - '0');
	return n;
}

static struct number number(const char **s) { return dates_digits(s, LONGEST); }

int dates_full_year(struct number n)
{
	if (n.digits == 3 && n.value < 200)
		return 1900 + n.value;
	if (n.digits > 2)
		return n.value >= 2500 && n.value < 2700 ? n.value - 543 : n.value;
	return n.value < 69 ? 2000 + n.value : 1900 + n.value;
}

bool dates_leap(int year) { return (year % 4 == 0 && year % 100) || year % 400 == 0; }

static bool fits(const struct moment *m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	/* The year 1 is the zero of programs that were given no date. */
	if (m->year < 2 || m->year > 9999 || m->month < 1 || m->month > 12 || m->day < 1)
		return false;
	if (m->day > days[m->month - 1] + (m->month == 2 && dates_leap(m->year)))
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

void dates_offset(struct moment *m, const char **s)
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

/* Passes over what stands between hour, minute and second, if another number follows. */
static bool parts(const char **s)
{
	static const char *const marks[] = { ":", ".", "h", "H", "時", "时", "点", "點", "分", "시 ", "시", "분 ", "분", NULL };
	for (size_t i = 0; marks[i]; i++) {
		size_t n = strlen(marks[i]);
		if (!strncmp(*s, marks[i], n) && isdigit((unsigned char)(*s)[n])) {
			*s += n;
			return true;
		}
	}
	return false;
}

void dates_clock(struct moment *m, int hour, const char **s)
{
	m->timed = true;
	m->hour = hour;
	if (parts(s))
		m->minute = number(s).value;
	if (parts(s))
		m->second = number(s).value;
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
			m->year = dates_full_year(n);
	} else if (m->year >= 0 && m->day < 0 && m->month < 0) {
		/* 2004년 05월 28일: what begins with the year goes on with the month. */
		m->month = n.value;
		m->counted = true;
	} else if (m->day < 0)
		m->day = n.value;
	else if (m->month < 0)
		m->month = n.value;
	else if (m->year < 0)
		m->year = dates_full_year(n);
}

int dates_weekday_of(int year, int month, int day)
{
	const struct moment m = { .year = year, .month = month, .day = day };
	/* 1970 began on a Thursday; 2000 years are a whole number of weeks. */
	return fits(&m) ? (int)((clock_civil(year + 2000, month, day, 0, 0, 0) / CLOCK_DAY + 3) % 7) + 1 : 0;
}

/* a/b/c: which is which.  With the year last, the month is first in America, where slashes are; dots count days first.
 * The day of the week tells when it fits one of the two alone. */
static void triple(struct moment *m, struct number a, struct number b, struct number c, char between)
{
	bool year_first = a.digits > 2 || a.value > 31;
	m->year = dates_full_year(year_first ? a : c);
	bool month_fits = m->weekday && m->weekday == dates_weekday_of(m->year, a.value, b.value);
	bool day_fits = m->weekday && m->weekday == dates_weekday_of(m->year, b.value, a.value);
	bool day_first = month_fits != day_fits ? day_fits : between != '/' || a.value > 12;
	m->month = (year_first || day_first ? b : a).value;
	m->day = year_first ? c.value : (day_first ? a : b).value;
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

static void word(struct moment *m, const char **s)
{
	const char *start = *s;
	int minutes;
	while (in_word((unsigned char)**s))
		++*s;
	size_t n = (size_t)(*s - start);
	char half = dates_half(start, n);
	int month = dates_month(start, n);
	if (!m->weekday)
		m->weekday = dates_weekday(start, n);
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
			dates_offset(m, &s);
		else if (in_word((unsigned char)*s))
			word(m, &s);
		else
			s++;
	}
}

/* Seconds (perhaps with a fraction), milliseconds or microseconds since 1970, as scripts print them. */
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

/* Spaces and dashes of every kind are one here; marks of direction are nothing.  False when s is longer than any date. */
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

bool dates_parse(const char *s, int64_t *ms)
{
	const struct moment nothing = { .year = -1, .month = -1, .day = -1 };
	struct moment m = nothing;
	char date[LONGEST];
	if (!simplify(s, date))
		return false;
	if (epoch(date, ms))
		return true;
	if ((isdigit((unsigned char)*date) || *date == '-') && dates_iso(&m, date))
		return settle(&m, ms);
	m = nothing;
	loose(&m, date);
	/* "May 2012" names its first day. */
	if (m.day < 0 && m.month > 0 && m.year > 0)
		m.day = 1;
	return settle(&m, ms);
}

int64_t dates_credible(int64_t ms, int64_t fetched) { return ms > fetched + CLOCK_DAY ? fetched : ms; }
