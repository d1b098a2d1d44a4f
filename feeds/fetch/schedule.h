#pragma once
/*
 * schedule - when a source is fetched next.
 *
 * A blog that posts daily is asked more often than one that posts monthly;
 * what the publisher says (ttl, sy:, Cache-Control, skipHours, skipDays)
 * counts too.  Two bounds limit the result, whatever the feed or its ttl
 * says.  Pure functions; times are ms.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule_bounds {
	int64_t min, max;
};

/* What the publisher asks for. */
struct schedule_hints {
	int64_t pause;       /* the longest of ttl, sy: and max-age; 0: none was given */
	uint32_t skip_hours; /* bit per hour, UTC */
	uint8_t skip_days;   /* bit per day of the week, Sunday 0 */
};

/* The pause for a feed whose posts were published at these times (any order, 0 is left out): an eighth of the mean distance of the
 * newest ten, including the time since the last one; but not less than the hints say.  Within bounds. */
int64_t schedule_pause(const int64_t *published, size_t count, int64_t now, const struct schedule_hints *hints, struct schedule_bounds bounds);
/* The pause after one more fetch that brought nothing: a tenth longer, within bounds. */
int64_t schedule_longer(int64_t pause, struct schedule_bounds bounds);
/* When to fetch after now: pause later, but not in the hours and days to skip, unless they cover the next three days.
 * spread (any constant number of a source) delays it by up to a twentieth, when the bounds leave room, so that sources scatter. */
int64_t schedule_next(int64_t now, int64_t pause, const struct schedule_hints *hints, struct schedule_bounds bounds, int64_t spread);
/* When to try again after so many failures in a row: each doubles the pause, up to six hours; at least retry_after ms (-1: none). */
int64_t schedule_retry(int64_t now, int failures, int64_t retry_after, struct schedule_bounds bounds);
