#pragma once
/*
 * schedule - when a source is fetched next.
 *
 * A blog that posts daily is asked more often than one that posts monthly;
 * what the publisher says (ttl, sy:, Cache-Control, skipHours, skipDays)
 * counts too.  All of it stays between two bounds, so that neither a feed of
 * minutes nor a ttl of years has its way.  Knows nothing of sources or time
 * but what it is given; times are ms.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule_bounds {
	int64_t min, max;
};

/* What the publisher says. */
struct schedule_hints {
	int64_t pause;       /* the longest of ttl, sy: and what caches are told; 0: nothing was said */
	uint32_t skip_hours; /* bit per hour, UTC */
	uint8_t skip_days;   /* bit per day of the week, Sunday 0 */
};

/* The pause that suits a feed whose posts came at these times (any order, 0 is left out): an eighth of the mean distance of
 * the newest ten, the silence since then included; but not less than the hints say.  Within bounds. */
int64_t schedule_pause(const int64_t *published, size_t count, int64_t now, const struct schedule_hints *hints, struct schedule_bounds bounds);
/* The pause after one more fetch that brought nothing: a tenth longer, within bounds. */
int64_t schedule_longer(int64_t pause, struct schedule_bounds bounds);
/* When to fetch after now: pause later, and not in the hours and days to skip, unless they leave nothing of the next three days.
 * spread (any number that stays the same for a source) scatters it by up to a twentieth, when the bounds leave room. */
int64_t schedule_next(int64_t now, int64_t pause, const struct schedule_hints *hints, struct schedule_bounds bounds, int64_t spread);
/* When to try again after so many failures in a row: each doubles the pause, up to six hours, but retry_after at least (-1: not said). */
int64_t schedule_retry(int64_t now, int failures, int64_t retry_after, struct schedule_bounds bounds);
