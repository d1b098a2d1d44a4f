#include "feeds/parse/json_load.h"
#include <stdio.h>
#include <string.h>

/* p is at the opening quote of a string; returns the position after it. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

/* A comma precedes every value but the first of an array or object. */
static size_t weigh(const char *p, const char *end)
{
	size_t weight = 1;
	while (p < end && weight <= JSON_LOAD_WEIGHT)
		switch (*p) {
		case '"': p = skip_string(p, end); break;
		case '{': weight += 4; p++; break;
		case '[': weight += 2; p++; break;
		case ',': weight++; p++; break;
		default: p++;
		}
	return weight;
}

json_t *json_load_text(const char *text, size_t size, json_error_t *why)
{
	if (weigh(text, text + size) <= JSON_LOAD_WEIGHT)
		return json_loadb(text, size, JSON_ALLOW_NUL, why);
	*why = (json_error_t){ .line = 1 };
	snprintf(why->text, sizeof why->text, "too many values");
	return NULL;
}
