#include "gateway/base/system/daytime.h"
#include "gateway/base/system/clock.h"
#include <ctype.h>
#include <string.h>

/* "HH:MM" */
static bool read_minutes(const char *text, int *minutes)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? text[i] != ':' : !isdigit((unsigned char)text[i]))
			return false;
	int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
	*minutes = hour * 60 + minute;
	return hour < 24 && minute < 60;
}

bool daytime_parse(const char *text, struct daytime *part)
{
	return strlen(text) == 11 && text[5] == '-' && read_minutes(text, &part->from) && read_minutes(text + 6, &part->to) && part->from != part->to;
}

int64_t daytime_left(const struct daytime *part, int64_t local)
{
	int64_t now = (local % CLOCK_DAY + CLOCK_DAY) % CLOCK_DAY, from = part->from * CLOCK_MINUTE, to = part->to * CLOCK_MINUTE;
	bool inside = from < to ? now >= from && now < to : now >= from || now < to;
	return !inside ? 0 : now < to ? to - now : to + CLOCK_DAY - now;
}
