#pragma once
/*
 * dates_iso - dates of ISO 8601, calendar, ordinal and week dates, with or without separators.
 */
#include "feeds/dates/dates_scan.h"

/* False when s is not entirely of ISO 8601; m is then undefined. */
bool dates_iso(struct moment *m, const char *s);
