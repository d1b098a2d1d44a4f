#pragma once
/*
 * dates - parses the dates of feeds, in any of the forms that feeds use.
 *
 * RFC 822 and its successors with all frequent mistakes, RFC 3339 and the
 * rest of ISO 8601 that names a day, asctime(3), the formats of databases,
 * names of months in the languages of blog software, zones by offset,
 * abbreviation or name ("America/New_York").  Without a zone a time is UTC;
 * without a time it is midnight.
 */
#include <stdbool.h>
#include <stdint.h>

/* *ms is the time in milliseconds since 1970.  False when s has no day, or one that does not exist. */
bool dates_parse(const char *s, int64_t *ms);
/*
 * Does s say on which day, and at what o'clock, it was for its author?  *minutes is then east of UTC; 0 also for a date without a
 * zone, whose day is the one that is written.  What is in UTC, or counted since 1970, says nothing: programs write that for
 * authors everywhere.
 */
bool dates_offset_said(const char *s, int *minutes);
/* ms, or fetched when ms is more than a day later. */
int64_t dates_credible(int64_t ms, int64_t fetched);
