#include "gateway/base/clock.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

int64_t clock_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

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
	text[strftime(text, sizeof text, format, &tm)] = '\0';
	return mem_dup(owner, text);
}

char *clock_rfc5322(void *owner, int64_t ms) { return clock_format(owner, ms, "%a, %d %b %Y %H:%M:%S +0000"); }
char *clock_http(void *owner, int64_t ms) { return clock_format(owner, ms, "%a, %d %b %Y %H:%M:%S GMT"); }
char *clock_rfc3339(void *owner, int64_t ms) { return clock_format(owner, ms, "%Y-%m-%dT%H:%M:%SZ"); }

int64_t clock_civil(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_sec = second };
	return (int64_t)timegm(&tm) * 1000;
}

/* Reads min to max digits; -1 when they are not there. */
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

/* Minutes east of UTC.  RFC 5322 section 4.3: unknown names count as UTC. */
static int zone_of(const char *s)
{
	static const struct { const char *name; int minutes; } zones[] = {
		{ "EDT", -240 }, { "EST", -300 }, { "CDT", -300 }, { "CST", -360 }, { "MDT", -360 }, { "MST", -420 },
		{ "PDT", -420 }, { "PST", -480 }, { "CET", 60 }, { "CEST", 120 }, { "BST", 60 }, { "EET", 120 }, { "JST", 540 },
	};
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (text_same(s, zones[i].name))
			return zones[i].minutes;
	if (*s != '+' && *s != '-')
		return 0;
	int sign = *s++ == '-' ? -1 : 1;
	int hours = number(&s, 2, 2);
	if (*s == ':')
		s++;
	int minutes = number(&s, 2, 2);
	return hours < 0 || minutes < 0 ? 0 : sign * (hours * 60 + minutes);
}

static int full_year(int year, size_t digits)
{
	if (digits > 2)
		return digits == 3 ? year + 1900 : year;
	return year < 50 ? year + 2000 : year + 1900;
}

static bool in_range(int month, int day, int hour, int minute, int second)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour <= 24 &&
	       minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
}

bool clock_parse_rfc5322(const char *s, int64_t *ms)
{
	while (isspace((unsigned char)*s))
		s++;
	while (isalpha((unsigned char)*s))
		s++;
	spaces(&s);
	int day = number(&s, 1, 2);
	spaces(&s);
	int month = month_of(&s);
	spaces(&s);
	const char *digits = s;
	int year = number(&s, 2, 4);
	if (year < 0)
		return false;
	year = full_year(year, (size_t)(s - digits));
	spaces(&s);
	int hour = number(&s, 1, 2), minute = *s == ':' ? s++, number(&s, 1, 2) : -1, second = 0;
	if (*s == ':')
		s++, second = number(&s, 1, 2);
	if (!in_range(month, day, hour, minute, second))
		return false;
	while (*s == ' ' || *s == '\t')
		s++;
	*ms = clock_civil(year, month, day, hour, minute, second) - zone_of(s) * CLOCK_MINUTE;
	return true;
}

bool clock_parse_rfc3339(const char *s, int64_t *ms)
{
	int year = number(&s, 4, 4);
	int month = *s == '-' ? s++, number(&s, 2, 2) : -1;
	int day = *s == '-' ? s++, number(&s, 2, 2) : -1;
	if (year < 0 || (*s != 'T' && *s != 't' && *s != ' '))
		return false;
	s++;
	int hour = number(&s, 2, 2);
	int minute = *s == ':' ? s++, number(&s, 2, 2) : -1;
	int second = *s == ':' ? s++, number(&s, 2, 2) : -1;
	int milli = 0;
	if (*s == '.')
		for (int unit = 100; isdigit((unsigned char)*++s); unit /= 10)
			milli += (*s - '0') * unit;
	bool utc = *s == 'Z' || *s == 'z';
	if (!in_range(month, day, hour, minute, second) || (!utc && *s != '+' && *s != '-'))
		return false;
	*ms = clock_civil(year, month, day, hour, minute, second) + milli - (utc ? 0 : zone_of(s) * CLOCK_MINUTE);
	return true;
}
