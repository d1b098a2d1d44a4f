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

/* Is c, before next, white space that relaxed form may change, or the end of a line that is no CRLF? */
static unsigned char is_odd(unsigned char c, unsigned char next)
{
	return (unsigned char)((c == '\t') | ((c == ' ') & (next <= ' ')) | ((c != '\r') & (next == '\n')));
}

/* Blocks of one size, without a branch, become vector instructions. */
enum { BLOCK = 64 };

static bool has_odd(const char *s)
{
	unsigned char odd = 0;
	for (size_t i = 0; i < BLOCK; i++)
		odd |= is_odd((unsigned char)s[i], (unsigned char)s[i + 1]);
	return odd;
}

/* Is a body in relaxed form already?  Most letters are; false when in doubt. */
static bool is_relaxed(const char *s, size_t size)
{
	size_t i = 0;
	if (size < 5 || *s == '\n' || memcmp(s + size - 2, "\r\n", 2) != 0 || memcmp(s + size - 4, "\r\n", 2) == 0)
		return false;
	while (i + BLOCK < size && !has_odd(s + i))
		i += BLOCK;
	while (i + 1 < size && !is_odd((unsigned char)s[i], (unsigned char)s[i + 1]))
		i++;
	return i + 1 == size;
}

void dkim_relaxed_body(const char *body, size_t size, unsigned char hash[ENCODE_SHA256])
{
	if (is_relaxed(body, size)) {
		encode_sha256(body, size, hash);
		return;
	}
	const char *end = body + size;
	/* Every byte may be a line end without its CR, and the last line may have none at all. */
	char *relaxed = mem_check(talloc_size(NULL, 2 * size + 2)), *to = relaxed, *last = relaxed;
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
