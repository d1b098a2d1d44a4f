#include "gateway/base/system/clock.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <locale.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static int64_t read_clock(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now(void) { return read_clock(CLOCK_REALTIME); }
int64_t clock_steady(void) { return read_clock(CLOCK_MONOTONIC); }

static struct tm broken_down(int64_t ms)
{
	time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm = { 0 };
	gmtime_r(&t, &tm);
	return tm;
}

char *clock_format(void *owner, int64_t ms, const char *format)
{
	char text[128];
	struct tm tm = broken_down(ms);
	locale_t english = mem_check(newlocale(LC_ALL_MASK, "C", (locale_t)0));
	text[strftime_l(text, sizeof text, format, &tm, english)] = '\0';
	freelocale(english);
	return mem_dup(owner, text);
}

char *clock_rfc5322(void *owner, int64_t ms) { return clock_format(owner, ms, "%a, %d %b %04Y %H:%M:%S +0000"); }
char *clock_http(void *owner, int64_t ms) { return clock_format(owner, ms, "%a, %d %b %04Y %H:%M:%S GMT"); }
char *clock_rfc3339(void *owner, int64_t ms) { return clock_format(owner, ms, "%04Y-%m-%dT%H:%M:%SZ"); }

int64_t clock_civil(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_sec = second };
	return (int64_t)timegm(&tm) * 1000;
}

/* Reads min to max digits; -1 when there are fewer. */
static int number(const char **s, int min, int max)
{
	int value = 0, n = 0;
	while (n < max && isdigit((unsigned char)**s)) {
		value = value * 10 + (*(*s)++ - '0');
		n++;
	}
	return n < min ? -1 : value;
}

static void spaces(const char **s)
{
	while (**s && strchr(" \t\r\n,-", **s))
		(*s)++;
}

static int month_of(const char **s)
{
	for (int m = 0; m < 12; m++)
		if (strncasecmp(*s, months[m], 3) == 0) {
			while (isalpha((unsigned char)**s))
				(*s)++;
			return m + 1;
		}
	return -1;
}

/* "+0530", "-03:00"; false when s is neither. */
static bool offset(const char **s, int *minutes)
{
	if (**s != '+' && **s != '-')
		return false;
	int sign = *(*s)++ == '-' ? -1 : 1;
	int hour = number(s, 2, 2);
	if (**s == ':')
		(*s)++;
	int minute = number(s, 2, 2);
	*minutes = sign * (hour * 60 + minute);
	return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

/* Minutes east of UTC.  RFC 5322 section 4.3: unknown names count as UTC. */
static int zone_of(const char *s)
{
	static const struct { const char *name; int minutes; } zones[] = {
		{ "EDT", -240 }, { "EST", -300 }, { "CDT", -300 }, { "CST", -360 }, { "MDT", -360 }, { "MST", -420 },
		{ "PDT", -420 }, { "PST", -480 }, { "CET", 60 }, { "CEST", 120 }, { "BST", 60 }, { "EET", 120 }, { "JST", 540 },
	};
	int minutes = 0;
	size_t n = 0;
	while (isalpha((unsigned char)s[n]))
		n++;
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (n == strlen(zones[i].name) && strncasecmp(s, zones[i].name, n) == 0)
			return zones[i].minutes;
	return offset(&s, &minutes) ? minutes : 0;
}

struct moment {
	int year, month, day, hour, minute, second;
};

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* A leap second and the midnight "24:00:00" are the first second after them. */
static bool in_range(const struct moment *m)
{
	if (m->year < 0 || m->month < 1 || m->month > 12 || m->day < 1 || m->day > days_in(m->year, m->month))
		return false;
	if (m->hour == 24)
		return m->minute == 0 && m->second == 0;
	return m->hour >= 0 && m->hour <= 23 && m->minute >= 0 && m->minute <= 59 && m->second >= 0 && m->second <= 60;
}

static int64_t civil(const struct moment *m) { return clock_civil(m->year, m->month, m->day, m->hour, m->minute, m->second); }

/* Two, three or four digits (RFC 5322 section 4.3). */
static int year_of(const char **s)
{
	const char *digits = *s;
	int year = number(s, 2, 4);
	if (year < 0 || isdigit((unsigned char)**s))
		return -1;
	if (*s - digits == 4)
		return year;
	return *s - digits == 2 && year < 50 ? year + 2000 : year + 1900;
}

/* "6:30", "06:30:00"; a missing part is -1; only the seconds may be missing. */
static void time_of(const char **s, int least, struct moment *m)
{
	m->hour = number(s, least, 2);
	m->minute = **s == ':' ? (*s)++, number(s, 2, 2) : -1;
	m->second = **s == ':' ? (*s)++, number(s, 2, 2) : 0;
}

bool clock_parse_rfc5322(const char *s, int64_t *ms)
{
	struct moment m = { 0 };
	spaces(&s);
	while (isalpha((unsigned char)*s))
		s++;
	spaces(&s);
	/* The third form of RFC 9110 section 5.6.7, asctime's: "Sun Nov  6 08:49:37 1994". */
	bool asctime_form = isalpha((unsigned char)*s);
	if (asctime_form)
		m.month = month_of(&s);
	else
		m.day = number(&s, 1, 2);
	spaces(&s);
	if (asctime_form)
		m.day = number(&s, 1, 2);
	else
		m.month = month_of(&s);
	spaces(&s);
	if (!asctime_form)
		m.year = year_of(&s);
	spaces(&s);
	time_of(&s, 1, &m);
	while (isspace((unsigned char)*s))
		s++;
	if (asctime_form)
		m.year = year_of(&s);
	if (!in_range(&m))
		return false;
	*ms = civil(&m) - (asctime_form ? 0 : zone_of(s) * CLOCK_MINUTE);
	return true;
}

/* Milliseconds of ".25"; further digits are read and dropped. */
static int fraction(const char **s)
{
	int milli = 0;
	if (**s != '.')
		return 0;
	(*s)++;
	for (int unit = 100; isdigit((unsigned char)**s); unit /= 10)
		milli += (*(*s)++ - '0') * unit;
	return milli;
}

static bool date_of(const char **s, struct moment *m)
{
	m->year = number(s, 4, 4);
	m->month = **s == '-' ? (*s)++, number(s, 2, 2) : -1;
	m->day = **s == '-' ? (*s)++, number(s, 2, 2) : -1;
	return m->year >= 0 && **s && strchr("Tt ", *(*s)++);
}

bool clock_parse_rfc3339(const char *s, int64_t *ms)
{
	struct moment m = { 0 };
	int minutes = 0;
	while (isspace((unsigned char)*s))
		s++;
	if (!date_of(&s, &m))
		return false;
	time_of(&s, 2, &m);
	int milli = fraction(&s);
	if (*s == 'Z' || *s == 'z')
		s++;
	else if (!offset(&s, &minutes))
		return false;
	while (isspace((unsigned char)*s))
		s++;
	if (*s || !in_range(&m))
		return false;
	*ms = civil(&m) + milli - minutes * CLOCK_MINUTE;
	return true;
}
