#pragma once
/*
 * clock - the time, in milliseconds since 1970 (UTC), and how it is written.
 *
 * Strings belong to owner.  Feeds with dates of other shapes are read in
 * feeds/; here are the forms that standards name.
 */
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

int64_t clock_now(void);
/* Milliseconds of the monotonic clock, for deadlines: only differences are meaningful. */
int64_t clock_steady(void);
char *clock_rfc5322(void *owner, int64_t ms);  /* Sun, 06 Sep 2026 06:30:00 +0000 */
char *clock_http(void *owner, int64_t ms);     /* Sun, 06 Sep 2026 06:30:00 GMT (RFC 9110 section 5.6.7) */
char *clock_rfc3339(void *owner, int64_t ms);  /* 2026-09-06T06:30:00Z */
/* A strftime(3) format, in UTC, with English names whatever the locale. */
char *clock_format(void *owner, int64_t ms, const char *format);
/*
 * RFC 5322 section 3.3 and 4.3 dates (day name optional, zone names, two-digit years) and the three forms of the HTTP
 * date.  False for a day that the calendar does not have.  An unknown zone counts as UTC; what follows is
 * ignored.
 */
bool clock_parse_rfc5322(const char *s, int64_t *ms);
/* RFC 3339 section 5.6, and nothing behind it; "T" and "Z" in either case, a space for "T", a fraction of any length. */
bool clock_parse_rfc3339(const char *s, int64_t *ms);
/* The moment of a date in the proleptic Gregorian calendar, month 1 to 12. */
int64_t clock_civil(int year, int month, int day, int hour, int minute, int second);
