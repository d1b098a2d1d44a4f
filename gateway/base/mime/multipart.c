#include "gateway/base/mime/multipart.h"
#include <string.h>

/* Is the line at s this boundary?  *last: it ends the multipart. */
static bool is_boundary(const char *s, const char *boundary, bool *last)
{
	size_t n = strlen(boundary);
	if (s[0] != '-' || s[1] != '-' || strncmp(s + 2, boundary, n) != 0)
		return false;
	const char *end = s + 2 + n;
	*last = end[0] == '-' && end[1] == '-';
	end += *last ? 2 : 0;
	return end[strspn(end, " \t")] == '\n' || !end[strspn(end, " \t")];
}

static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return s + (*s == '\n');
}

/* The next line that is the boundary, or the end. */
static const char *find(const struct multipart *m, const char *s, bool *last)
{
	*last = false;
	while (*s && !is_boundary(s, m->boundary, last))
		s = next_line(s);
	return s;
}

bool multipart_next(struct multipart *m, const char **part, size_t *size)
{
	bool last;
	if (!m->begun) {
		m->begun = true;
		const char *first = find(m, m->at, &last);
		m->ended = last || !*first;
		m->at = next_line(first);
	}
	if (m->ended)
		return false;
	const char *end = find(m, m->at, &last);
	*part = m->at;
	*size = (size_t)(end - m->at);
	m->ended = last || !*end;
	/* Nothing behind the last boundary line: it was meant to close. */
	if (!*end && *size == 0)
		return false;
	m->at = next_line(end);
	return true;
}
