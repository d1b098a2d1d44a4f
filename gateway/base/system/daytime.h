#pragma once
/*
 * daytime - a part of each day, such as a night: "22:00-07:00".
 */
#include <stdbool.h>
#include <stdint.h>

struct daytime {
	int from, to; /* minutes after midnight; to is the first that is no longer in it, perhaps of the next day */
};

/* "HH:MM-HH:MM"; false for anything else, and for a part that is nothing. */
bool daytime_parse(const char *text, struct daytime *part);
/* The time until its end, ms; 0 outside of it.  local is the local time, written like one of UTC. */
int64_t daytime_left(const struct daytime *part, int64_t local);
