#pragma once
/*
 * dates - the moments that feeds write, in whatever shape they write them.
 *
 * RFC 822 and its descendants with every usual slip, RFC 3339 and the rest
 * of ISO 8601 that names a day, asctime(3), what databases print, names of
 * months in the languages that blog software writes them in.  Without a zone
 * a time is UTC; without a time a day begins at midnight.
 */
#include <stdbool.h>
#include <stdint.h>

/* False when no day can be made out, or one that no calendar has. */
bool dates_parse(const char *s, int64_t *ms);
/* What a feed says, made credible: a moment more than a day ahead of fetched becomes fetched. */
int64_t dates_credible(int64_t ms, int64_t fetched);
