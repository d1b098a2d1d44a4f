#pragma once
/*
 * zone - time zones by their names in the zone database ("Europe/Berlin").
 *
 * Reads the files of the system (tzdata); without them only UTC is known.  To be
 * called by one thread of a process only, because the C library has one zone
 * at a time.
 */
#include <stdbool.h>
#include <stdint.h>

/* Is it the name of a zone?  Paths, and zones with leap seconds ("right/..."), are none. */
bool zone_known(const char *name);
/* Minutes east of UTC in that zone at the moment ms; 0 when the zone is not known. */
int zone_offset(const char *name, int64_t ms);
/* The same at the local time of ms, which is written like one of UTC.  Of an hour that the clocks show twice, the first. */
int zone_offset_of_local(const char *name, int64_t ms);
/* "2026-12-01 08:00", as the clocks of that zone show it; false for anything else. */
bool zone_parse_local(const char *name, const char *text, int64_t *ms);
/* The zone of this machine: TZ, /etc/localtime or /etc/timezone; "UTC" when none of them has a name.  Belongs to owner. */
char *zone_of_system(void *owner);
