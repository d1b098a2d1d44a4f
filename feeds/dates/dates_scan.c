#include "feeds/dates/dates_scan.h"
#include "gateway/base/system/clock.h"
#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct number dates_digits(const char **s, size_t most)
{
	struct number n = { 0, 0 };
	for (; n.digits < most && isdigit((unsigned char)**s); (*s)++, n.digits++)
		if (n.digits < 9)
			n.value = n.value * 10 + (**s - '0');
	return n;
}

static struct number number(const char **s) { return dates_digits(s, SIZE_MAX); }

int dates_full_year(struct number n)
{
	if (n.digits == 3 && n.value < 200)
		return 1900 + n.value;
	if (n.digits > 2)
		return n.value >= 2500 && n.value < 2700 ? n.value - 543 : n.value;
	return n.value < 69 ? 2000 + n.value : 1900 + n.value;
}

bool dates_leap(int year) { return (year % 4 == 0 && year % 100) || year % 400 == 0; }

bool dates_fits(const struct moment *m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	/* The year 1 is what some programs print for a missing date. */
	if (m->year < 2 || m->year > 9999 || m->month < 1 || m->month > 12 || m->day < 1)
		return false;
	if (m->day > days[m->month - 1] + (m->month == 2 && dates_leap(m->year)))
		return false;
	/* 24:00 is the end of a day and :60 a leap second. */
	return m->hour <= 24 && m->minute <= 59 && m->second <= 60 && m->zone > -24 * 60 && m->zone < 24 * 60;
}

int dates_weekday_of(int year, int month, int day)
{
	const struct moment m = { .year = year, .month = month, .day = day };
	/* 1970 began on a Thursday; 2000 years are a whole number of weeks. */
	return dates_fits(&m) ? (int)((clock_civil(year + 2000, month, day, 0, 0, 0) / CLOCK_DAY + 3) % 7) + 1 : 0;
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

/* Skips a separator of hours, minutes and seconds when another number follows it. */
static bool separator(const char **s)
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
	if (separator(s))
		m->minute = number(s).value;
	if (separator(s))
		m->second = number(s).value;
	if ((**s == '.' || **s == ',') && isdigit((unsigned char)(*s)[1])) {
		++*s;
		for (int scale = 100; isdigit((unsigned char)**s); scale /= 10)
			m->milli += (*(*s)++ - '0') * scale;
	}
}
