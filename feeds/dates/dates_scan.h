#pragma once
/*
 * dates_scan - a moment while it is being read, for the files that read it (dates.h is the public face).
 */
#include <stdbool.h>
#include <stddef.h>

struct moment {
	int year, month, day; /* -1: not said yet */
	int hour, minute, second, milli;
	int zone;             /* minutes east of UTC */
	bool timed, zoned;
	bool counted;         /* the month is a number */
	char half;            /* 'a' or 'p' when said */
	int weekday;          /* 1: Monday; 0: not said */
};

struct number {
	int value;
	size_t digits;
};

/* The digits at *s, at most so many of them; *s moves behind them. */
struct number dates_digits(const char **s, size_t most);
/* Two digits are a year near ours; "126" is what scripts print that count from 1900; the Thai count from 543 years earlier. */
int dates_full_year(struct number n);
bool dates_leap(int year);
/* The day of the week of a date, 1 for Monday; 0 when it is no date. */
int dates_weekday_of(int year, int month, int day);
/* After the hour: ":mm", ":mm:ss", with a fraction. */
void dates_clock(struct moment *m, int hour, const char **s);
/* At a sign that begins an offset: +01:00, +0100, +1, -05:30. */
void dates_offset(struct moment *m, const char **s);
/* True when s has the shape of ISO 8601 and nothing else follows; else it is left to the loose reading. */
bool dates_iso(struct moment *m, const char *s);
