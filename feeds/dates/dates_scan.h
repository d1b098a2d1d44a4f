#pragma once
/*
 * dates_scan - a date while it is parsed, and the parts that all formats share.
 */
#include <stdbool.h>
#include <stddef.h>

struct moment {
	int year, month, day; /* -1: not known yet */
	int hour, minute, second, milli;
	int zone;             /* minutes east of UTC */
	bool timed, zoned;    /* there was a time; a zone */
	char place[64];       /* the name of the zone in the zone database; "": zone says it */
	bool numeric_month;   /* the month was written as a number */
	char meridiem;        /* 'a' or 'p'; 0: none */
	int weekday;          /* 1: Monday; 0: not known */
};

struct number {
	int value;
	size_t digits;
};

/* Reads at most so many digits at *s and moves *s behind them. */
struct number dates_digits(const char **s, size_t most);
/* Two digits are a year of 1969 to 2068, three count from 1900 (a script's "126" is 2026), 2500 to 2699 are Thai years. */
int dates_full_year(struct number n);
bool dates_leap(int year);
/* Do the date, the time and the zone exist? */
bool dates_fits(const struct moment *m);
/* The day of the week of a date, 1 for Monday; 0 when there is no such date. */
int dates_weekday_of(int year, int month, int day);
/* *s is behind the hour: reads ":mm" or ":mm:ss" with or without a fraction. */
void dates_clock(struct moment *m, int hour, const char **s);
/* *s is at the sign of an offset: +01:00, +0100, +1, -05:30. */
void dates_offset(struct moment *m, const char **s);
