#include "feeds/mail/mbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The bytes of a line that are looked at. */
enum { HEAD = 300 };
/* Empty lines before a separator. */
enum { BLANK_MAX = 10 };

struct scan {
	FILE *in;
	int64_t at;             /* where the next line begins */
	char head[HEAD + 1];    /* of the line that was read */
	int64_t begin;          /* where it begins */
	size_t size;            /* of what is in head, without its end */
};

/* Does s match a pattern of digits ("0") and other signs? */
static bool is_like(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++)
		if (*pattern == '0' ? !isdigit((unsigned char)*s) : *s != *pattern)
			return false;
	return true;
}

static bool is_year(const char *s) { return !isdigit((unsigned char)s[-1]) && (is_like(s, "1900") || is_like(s, "2000")) && !isdigit((unsigned char)s[4]); }

bool mbox_is_separator(const char *line, size_t size)
{
	char copy[HEAD + 1];
	bool time = false, year = false;
	snprintf(copy, sizeof copy, "%.*s", (int)(size < HEAD ? size : HEAD), line);
	for (const char *s = text_starts(copy, "From ") ? copy + 5 : ""; *s; s++) {
		time = time || is_like(s, "00:00");
		year = year || is_year(s);
	}
	return time && year;
}

bool mbox_is_field(const char *s)
{
	size_t n = 0;
	while (s[n] > ' ' && s[n] < 0x7f && s[n] != ':')
		n++;
	return (n && s[n] == ':') || text_starts(s, ">From ");
}

/* False at the end of the file. */
static bool next_line(struct scan *s)
{
	int c = EOF;
	s->begin = s->at;
	s->size = 0;
	while ((c = getc_unlocked(s->in)) != EOF) {
		s->at++;
		if (c == '\n')
			break;
		if (s->size < HEAD)
			s->head[s->size++] = (char)c;
	}
	while (s->size && s->head[s->size - 1] == '\r')
		s->size--;
	s->head[s->size] = '\0';
	return s->at > s->begin;
}

static bool go_to(struct scan *s, int64_t at)
{
	s->at = at;
	return fseeko(s->in, (off_t)at, SEEK_SET) == 0;
}

/* Does a message begin at the next line, or the file end there? */
static bool is_end(struct scan *s)
{
	for (int blank = 0; next_line(s) && blank < BLANK_MAX; blank++)
		if (s->size)
			return mbox_is_separator(s->head, s->size) && next_line(s) && mbox_is_field(s->head);
	return s->at == s->begin;
}

/* Where the body ends by its Content-Length, or 0 when that leads nowhere.  The scan is at the body, and stays there. */
static int64_t believed_end(struct scan *s, int64_t length, int64_t file)
{
	int64_t body = s->at, end = length >= 0 && length <= file - body ? body + length : 0;
	if (end && go_to(s, end) && !is_end(s))
		end = 0;
	go_to(s, body);
	return end;
}

static int64_t length_of(const char *line)
{
	static const char name[] = "Content-Length:";
	return strncasecmp(line, name, sizeof name - 1) == 0 && isdigit((unsigned char)line[strspn(line + sizeof name - 1, " \t") + sizeof name - 1]) ? strtoll(line + sizeof name - 1, NULL, 10) : -1;
}

/* Reads the fields of a message; the scan is behind the empty line then. */
static int64_t read_fields(struct scan *s)
{
	int64_t length = -1;
	while (next_line(s) && s->size)
		if (length < 0)
			length = length_of(s->head);
	return length;
}

/* The lines that a length covers; is one of them a "From "? */
static bool has_from(struct scan *s, int64_t end)
{
	bool from = false;
	while (s->at < end && next_line(s))
		from = from || text_starts(s->head, "From ");
	go_to(s, end);
	return from;
}

/* Goes to the next separator, and behind it.  *end: where the message before it ends.  False: the file ends. */
static bool find_next(struct scan *s, int64_t *end)
{
	while (next_line(s)) {
		if (!mbox_is_separator(s->head, s->size))
			continue;
		int64_t separator = s->begin, after = s->at;
		bool field = next_line(s) && mbox_is_field(s->head);
		go_to(s, after);
		if (field) {
			*end = separator;
			return true;
		}
	}
	*end = s->at;
	return false;
}

void mbox_index(struct mail_folder *f)
{
	struct scan *s = mem_new(NULL, struct scan);
	int64_t file = lseek(f->fd, 0, SEEK_END), end;
	int own = dup(f->fd);
	s->in = own >= 0 ? fdopen(own, "r") : NULL;
	f->quoted = true;
	bool more = s->in && go_to(s, 0) && find_next(s, &end);
	while (more && f->count < MAIL_FOLDER_MAX) {
		int64_t begin = s->at, length = read_fields(s), counted = believed_end(s, length, file);
		if (counted && has_from(s, counted))
			f->quoted = false;
		more = find_next(s, &end);
		*mem_push(f, f->items, f->count) = (struct mail_folder_item){ .at = begin, .size = (counted ? counted : end) - begin };
	}
	if (s->in)
		fclose(s->in);
	else if (own >= 0)
		close(own);
	talloc_free(s);
}

size_t mbox_unquote(char *data, size_t size)
{
	char *to = data;
	bool start = true;
	for (size_t i = 0; i < size; i++) {
		size_t marks = start && data[i] == '>' ? strspn(data + i, ">") : 0;
		start = data[i] == '\n';
		if (!(marks && text_starts(data + i + marks, "From ")))
			*to++ = data[i];
	}
	*to = '\0';
	return (size_t)(to - data);
}
