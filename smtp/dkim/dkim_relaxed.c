#include "smtp/dkim/dkim_relaxed.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* Copies with each run of white space as one space, and none at either end; returns the end of the copy. */
static char *squeeze(char *to, const char *s, const char *end)
{
	for (bool begun = false; s < end; begun = true) {
		while (s < end && blank(*s))
			s++;
		if (begun && s < end)
			*to++ = ' ';
		while (s < end && !blank(*s))
			*to++ = *s++;
	}
	return to;
}

char *dkim_relaxed_header(void *owner, const char *field, size_t size)
{
	const char *end = field + size, *colon = memchr(field, ':', size), *name_end = colon ? colon : end;
	char *text = mem_array(owner, char, size + 2), *to = text;
	for (const char *p = field; p < name_end && !blank(*p); p++)
		*to++ = (char)tolower((unsigned char)*p);
	*to++ = ':';
	if (colon)
		to = squeeze(to, colon + 1, end);
	*to = '\0';
	return text;
}

/* Copies a line with each run of blanks as one space, and none at its end; returns the end of the copy. */
static char *copy_line(char *to, const char *s, const char *end)
{
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	while (s < end) {
		/* Most lines have no two blanks in a row, so long runs are copied at once. */
		const char *stop = s;
		while (stop < end && *stop != '\t' && !(*stop == ' ' && (stop[1] == ' ' || stop[1] == '\t')))
			stop++;
		memcpy(to, s, (size_t)(stop - s));
		to += stop - s;
		s = stop;
		if (s < end)
			*to++ = ' ';
		while (s < end && (*s == ' ' || *s == '\t'))
			s++;
	}
	return to;
}

void dkim_relaxed_body(const char *body, size_t size, unsigned char hash[ENCODE_SHA256])
{
	const char *end = body + size;
	char *relaxed = mem_check(talloc_size(NULL, size + 2)), *to = relaxed, *last = relaxed;
	for (const char *s = body; s < end;) {
		const char *nl = memchr(s, '\n', (size_t)(end - s)), *stop = nl ? nl : end;
		if (nl && stop > s && stop[-1] == '\r')
			stop--;
		char *start = to;
		to = copy_line(to, s, stop);
		bool empty = to == start;
		*to++ = '\r';
		*to++ = '\n';
		/* Empty lines at the end are ignored. */
		if (!empty)
			last = to;
		s = nl ? nl + 1 : end;
	}
	encode_sha256(relaxed, (size_t)(last - relaxed), hash);
	talloc_free(relaxed);
}
