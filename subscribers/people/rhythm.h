#pragma once
/*
 * rhythm - how often somebody gets letters: with each post, or daily, weekly or monthly a digest, at an hour of their own clock.
 *
 * Says when a digest is due, through changes of summer time.  Knows nothing of who chose what (preference.h), nor of posts.
 */
#include "gateway/base/text/error.h"
#include <stdint.h>

enum rhythm_kind { RHYTHM_EACH, RHYTHM_DAILY, RHYTHM_WEEKLY, RHYTHM_MONTHLY };

struct rhythm {
	enum rhythm_kind kind;
	int day;          /* weekly: 0 is Sunday; monthly: 1 to 31, in shorter months their last day; else 0 */
	int minute;       /* of the local day */
	const char *zone; /* name in the zone database; "": the publication's */
};

/* "each", "daily", "weekly", "monthly" */
const char *rhythm_name(enum rhythm_kind kind);
/* "each post", "daily at 08:00", "weekly, Monday 08:00, Europe/Berlin", "monthly, day 1 at 08:00".  Belongs to owner. */
char *rhythm_words(void *owner, const struct rhythm *r);
/* "Sunday" for 0. */
const char *rhythm_day_name(int day);
/*
 * name as of rhythm_name; at (or NULL: Monday, the first, at 8) is "08:00", "mon 08:00" for a week, "15 08:00" for a month.  zone NULL is
 * the publication's.  ERROR_INVALID says what can be written.
 */
bool rhythm_parse(const char *name, const char *at, const char *zone, struct rhythm *r, struct error *err);
/*
 * The first moment after `after` at which it is due in zone (its own, or that of the publication): once on each of its days.  An hour that
 * the clocks leave out is as much later as they jump; of one that they show twice it is the first.  Not for RHYTHM_EACH.
 */
int64_t rhythm_due(const struct rhythm *r, const char *zone, int64_t after);
