#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "tap.h"
#include <time.h>

#define BAD INT64_MIN
#define BIRTH INT64_C(1788676200000) /* 2026-09-06 06:30:00 */

static const struct {
	int64_t ms;
	const char *mail, *http, *rfc3339;
} written[] = {
	{ BIRTH, "Sun, 06 Sep 2026 06:30:00 +0000", "Sun, 06 Sep 2026 06:30:00 GMT", "2026-09-06T06:30:00Z" },
	{ BIRTH + 999, "Sun, 06 Sep 2026 06:30:00 +0000", "Sun, 06 Sep 2026 06:30:00 GMT", "2026-09-06T06:30:00Z" },
	{ 0, "Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z" },
	{ -1, "Wed, 31 Dec 1969 23:59:59 +0000", "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59Z" },
	{ -1000, "Wed, 31 Dec 1969 23:59:59 +0000", "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59Z" },
	{ INT64_C(-62135596800000), "Mon, 01 Jan 0001 00:00:00 +0000", "Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z" },
	{ INT64_C(951782400000), "Tue, 29 Feb 2000 00:00:00 +0000", "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00Z" },
	{ INT64_C(253402300799000), "Fri, 31 Dec 9999 23:59:59 +0000", "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z" },
};

static const struct {
	const char *text;
	int64_t ms;
} mail_dates[] = {
	{ "Sun, 06 Sep 2026 06:30:00 +0000", BIRTH },
	{ "Sun, 06 Sep 2026 06:30:00 GMT", BIRTH },
	{ "06 Sep 2026 06:30:00 GMT", BIRTH },
	{ "6 Sep 2026 06:30 UT", BIRTH },
	{ "6 Sep 2026 6:30 Z", BIRTH },
	{ "6 Sep 26 06:30:00 +0000", BIRTH },
	{ "6 sep 2026 06:30:00", BIRTH },
	{ "Sunday, 06-Sep-26 06:30:00 GMT", BIRTH },
	{ "Sun Sep  6 06:30:00 2026", BIRTH },
	{ "Sun, 6 September 2026 06:30:00 +0000", BIRTH },
	{ "  Sun,\r\n 06 Sep 2026 06:30:00\r\n +0000", BIRTH },
	{ "Sun, 06 Sep 2026 08:30:00 +0200", BIRTH },
	{ "Sun, 06 Sep 2026 08:30:00 +02:00", BIRTH },
	{ "Sun, 06 Sep 2026 12:00:00 +0530 (IST)", BIRTH },
	{ "Sun, 06 Sep 2026 02:30:00 -0400", BIRTH },
	{ "Sun, 06 Sep 2026 02:30:00 EDT", BIRTH },
	{ "Sun, 06 Sep 2026 01:30:00 est (New York)", BIRTH },
	{ "Sun, 06 Sep 2026 08:30:00 CEST", BIRTH },
	{ "Sun, 06 Sep 2026 06:30:00 NOWHERE", BIRTH },
	{ "Sun, 06 Sep 2026 06:30:00 +9999", BIRTH },
	{ "Sun, 06 Sep 2026 06:30:00 +1", BIRTH },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000) },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", INT64_C(784111777000) },
	{ "Sun Nov  6 08:49:37 1994", INT64_C(784111777000) },
	{ "1 Jan 70 00:00:00 GMT", 0 },
	{ "1 Jan 070 00:00:00 GMT", 0 },
	{ "31 Dec 1969 23:59:59 GMT", -1000 },
	{ "31 Dec 2016 23:59:60 GMT", INT64_C(1483228800000) },
	{ "31 Dec 2016 24:00:00 GMT", INT64_C(1483228800000) },
	{ "29 Feb 2000 00:00 GMT", INT64_C(951782400000) },
	{ "29 Feb 1900 00:00 GMT", BAD },
	{ "29 Feb 2026 00:00 GMT", BAD },
	{ "31 Sep 2026 00:00 GMT", BAD },
	{ "0 Sep 2026 00:00 GMT", BAD },
	{ "32 Jan 2026 00:00 GMT", BAD },
	{ "6 Sep 2026 24:00:01 GMT", BAD },
	{ "6 Sep 2026 25:00 GMT", BAD },
	{ "6 Sep 2026 06:60 GMT", BAD },
	{ "6 Sep 2026 06:30:61 GMT", BAD },
	{ "6 Sep 2026 06 GMT", BAD },
	{ "6 Sep 2026 06: GMT", BAD },
	{ "6 Sep 2026 06:30: GMT", BAD },
	{ "6 Sep 2026", BAD },
	{ "6 Sep 20261 06:30", BAD },
	{ "6 Sep 2 06:30", BAD },
	{ "6 Foo 2026 06:30", BAD },
	{ "Sun Foo 6 06:30:00 2026", BAD },
	{ "Sun Nov 6 06:30:00", BAD },
	{ "-6 Sep -2026 06:30", BIRTH },
	{ "Sun", BAD },
	{ "Sun,", BAD },
	{ "", BAD },
	{ "99999999999999999999 Sep 2026 06:30", BAD },
	{ "2026-09-06T06:30:00Z", BAD },
};

static const struct {
	const char *text;
	int64_t ms;
} rfc3339_dates[] = {
	{ "2026-09-06T06:30:00Z", BIRTH },
	{ "2026-09-06t06:30:00z", BIRTH },
	{ "2026-09-06 06:30:00Z", BIRTH },
	{ " 2026-09-06T06:30:00Z\n", BIRTH },
	{ "2026-09-06T08:30:00+02:00", BIRTH },
	{ "2026-09-06T08:30:00+0200", BIRTH },
	{ "2026-09-06T00:30:00-06:00", BIRTH },
	{ "2026-09-06T06:30:00.5Z", BIRTH + 500 },
	{ "2026-09-06T06:30:00.123456789012345678901234567890Z", BIRTH + 123 },
	{ "2026-09-06T06:30:00.04+00:00", BIRTH + 40 },
	{ "2026-09-06T06:30Z", BIRTH },
	{ "1937-01-01T12:00:27.87+00:20", INT64_C(-1041337172130) },
	{ "1990-12-31T23:59:60Z", INT64_C(662688000000) },
	{ "1990-12-31T15:59:60-08:00", INT64_C(662688000000) },
	{ "9999-12-31T23:59:59Z", INT64_C(253402300799000) },
	{ "0001-01-01T00:00:00Z", INT64_C(-62135596800000) },
	{ "2026-09-06", BAD },
	{ "2026-09-06T06:30:00", BAD },
	{ "2026-09-06T06:30:00X", BAD },
	{ "2026-09-06T06:30:00Zjunk", BAD },
	{ "2026-09-06T06:30:00+24:00", BAD },
	{ "2026-09-06T06:30:00+02:60", BAD },
	{ "2026-09-06T06:30:00+2", BAD },
	{ "2026-09-06T06:30:00-", BAD },
	{ "2026-02-29T06:30:00Z", BAD },
	{ "2026-00-06T06:30:00Z", BAD },
	{ "2026-13-06T06:30:00Z", BAD },
	{ "2026-09-00T06:30:00Z", BAD },
	{ "2026-09-06T24:01:00Z", BAD },
	{ "2026-9-6T06:30:00Z", BAD },
	{ "26-09-06T06:30:00Z", BAD },
	{ "20260906T063000Z", BAD },
	{ "+2026-09-06T06:30:00Z", BAD },
	{ "2026-09-06T", BAD },
	{ "2026-09-06T06", BAD },
	{ "2026-", BAD },
	{ "", BAD },
};

static void test_write(void *t)
{
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		is(clock_rfc5322(t, written[i].ms), written[i].mail, "as in a letter");
		is(clock_http(t, written[i].ms), written[i].http, "as in HTTP");
		is(clock_rfc3339(t, written[i].ms), written[i].rfc3339, "as RFC 3339 says");
	}
	is(clock_format(t, BIRTH, "%e %B %Y, %A"), " 6 September 2026, Sunday", "in a format of one's own");
	is(clock_format(t, BIRTH, ""), "", "in none");
	is(clock_format(t, BIRTH, "%c%c%c%c%c%c%c%c%c%c"), "", "in one that is too long");
	ok(clock_rfc3339(t, INT64_MAX) && clock_rfc3339(t, INT64_MIN), "no time is too far to be survived");
}

static void test_parse(void *t)
{
	for (size_t i = 0; i < sizeof mail_dates / sizeof *mail_dates; i++) {
		int64_t ms = BAD;
		clock_parse_rfc5322(mail_dates[i].text, &ms);
		is_int(ms, mail_dates[i].ms, mem_printf(t, "letter's date, case %zu", i));
	}
	for (size_t i = 0; i < sizeof rfc3339_dates / sizeof *rfc3339_dates; i++) {
		int64_t ms = BAD;
		clock_parse_rfc3339(rfc3339_dates[i].text, &ms);
		is_int(ms, rfc3339_dates[i].ms, mem_printf(t, "RFC 3339 date, case %zu", i));
	}
}

/* What is written is read as the same second, across leap years, centuries and the epoch. */
static void test_both_ways(void)
{
	int wrong = 0, days = 0;
	for (int64_t ms = clock_civil(1582, 10, 15, 12, 34, 56); ms < clock_civil(2500, 1, 1, 0, 0, 0); ms += 17 * CLOCK_DAY + 7919 * CLOCK_SECOND) {
		void *t = talloc_new(NULL);
		int64_t a = BAD, b = BAD, c = BAD;
		clock_parse_rfc5322(clock_rfc5322(t, ms), &a);
		clock_parse_rfc3339(clock_rfc3339(t, ms), &b);
		clock_parse_rfc5322(clock_http(t, ms), &c);
		wrong += a != ms || b != ms || c != ms;
		days++;
		talloc_free(t);
	}
	ok(days > 19000 && wrong == 0, "nine centuries are read as they were written");
}

static void test_now(void)
{
	int64_t before = (int64_t)time(NULL) * 1000;
	int64_t now = clock_now();
	int64_t after = ((int64_t)time(NULL) + 1) * 1000;
	/* time(2) reads a coarser clock, which may be a tick behind. */
	ok(now >= before && now <= after + 100, "now is now");
	is_int(clock_civil(1970, 1, 1, 0, 0, 0), 0, "the epoch");
	is_int(clock_civil(2026, 9, 6, 6, 30, 0), BIRTH, "a civil date");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_write(t);
	test_parse(t);
	test_both_ways();
	test_now();
	talloc_free(t);
	return tap_done();
}
