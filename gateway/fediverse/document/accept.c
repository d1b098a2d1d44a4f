#include "gateway/fediverse/document/accept.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *after_blanks(const char *s) { return s + strspn(s, " \t"); }

/* The value after "q=", in thousandths: "0.8" is 800. */
static int weight_at(const char *q)
{
	int weight = 0;
	if (*q != '0')
		return *q == '1' ? 1000 : 0;
	for (int i = 2, digit = 100; q[1] == '.' && i < 5 && q[i] >= '0' && q[i] <= '9'; i++, digit /= 10)
		weight += (q[i] - '0') * digit;
	return weight;
}

/* Reads one media range and moves *s past its comma.  Returns its type, of length *n. */
static const char *next_range(const char **s, size_t *n, int *weight)
{
	const char *type = after_blanks(*s), *at = type + strcspn(type, " \t;,");
	bool quoted = false;
	*n = (size_t)(at - type);
	*weight = 1000;
	for (; *at && (quoted || *at != ','); at++) {
		const char *name = after_blanks(at + 1);
		if (*at == '"')
			quoted = !quoted;
		else if (!quoted && *at == ';' && strncasecmp(name, "q=", 2) == 0)
			*weight = weight_at(name + 2);
	}
	*s = *at ? at + 1 : at;
	return type;
}

static bool same(const char *type, size_t n, const char *want) { return strlen(want) == n && strncasecmp(type, want, n) == 0; }

bool accept_activity(const char *header)
{
	int activity = 0, html = 0, weight;
	size_t n;
	for (const char *at = header ? header : ""; *at; ) {
		const char *type = next_range(&at, &n, &weight);
		if ((same(type, n, "application/activity+json") || same(type, n, "application/ld+json")) && weight > activity)
			activity = weight;
		if ((same(type, n, "text/html") || same(type, n, "application/xhtml+xml")) && weight > html)
			html = weight;
	}
	return activity > 0 && activity >= html;
}

bool accept_is_activity(const char *content_type)
{
	const char *type = after_blanks(content_type ? content_type : "");
	size_t n = strcspn(type, " \t;,");
	return same(type, n, "application/activity+json") || same(type, n, "application/ld+json") || same(type, n, "application/json");
}
