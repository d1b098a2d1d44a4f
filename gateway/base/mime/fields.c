#include "gateway/base/mime/fields.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The length of the name when a field begins at s, else 0. */
static size_t name_at(const char *s)
{
	size_t n = 0;
	while (s[n] > ' ' && s[n] < 0x7f && s[n] != ':')
		n++;
	size_t colon = n + strspn(s + n, " \t");
	return s[colon] == ':' ? n : 0;
}

/* Appends a continuation, as far as there is room. */
static void go_on(struct fields *f, const char *s, size_t size)
{
	char *value = (char *)f->all[f->count - 1].value;
	/* Of a string of talloc's the size is known, so that many lines do not take the time of many lengths. */
	if (talloc_get_size(value) + size + 1 < FIELDS_VALUE_MAX)
		f->all[f->count - 1].value = talloc_asprintf_append_buffer(value, "%s%.*s", *value ? " " : "", (int)size, s);
}

static void begin(struct fields *f, const char *s, size_t name, size_t size)
{
	const char *colon = memchr(s, ':', size);
	const char *value = colon + 1;
	size_t left = size - (size_t)(value - s);
	while (left && isspace((unsigned char)*value))
		value++, left--;
	struct field *new = mem_push(f, f->all, f->count);
	new->name = mem_ndup(f, s, name);
	new->value = mem_ndup(f, value, left < FIELDS_VALUE_MAX ? left : FIELDS_VALUE_MAX);
}

static bool is_mbox_line(const char *s) { return text_starts(s, "From ") || text_starts(s, ">From "); }

static bool wants_more(const struct fields *f)
{
	const char *value = f->count ? f->all[f->count - 1].value : "";
	return *value && value[strlen(value) - 1] == ';';
}

struct fields *fields_read(void *owner, const char *s, const char **rest)
{
	struct fields *f = mem_new(owner, struct fields);
	while (*s) {
		size_t size = strcspn(s, "\n"), used = size + (s[size] == '\n'), name = name_at(s);
		size_t shown = size;
		while (shown && isspace((unsigned char)s[shown - 1]))
			shown--;
		if (shown == 0) {
			s += used;
			break;
		}
		size_t indent = strspn(s, " \t");
		if (f->count && (indent || (!name && wants_more(f))))
			go_on(f, s + indent, shown - indent);
		else if (name && f->count < FIELDS_MAX)
			begin(f, s, name, shown);
		else if (!name && (f->count || !is_mbox_line(s)))
			break;
		s += used;
	}
	*rest = s;
	return f;
}

const char *fields_get(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcasecmp(f->all[i].name, name) == 0)
			return f->all[i].value;
	return "";
}

/* The value at s, quoted or a token (RFC 2045 section 5.1). */
static char *parameter_at(void *owner, const char *s)
{
	if (*s != '"')
		return mem_ndup(owner, s, strcspn(s, "; \t"));
	size_t n = strcspn(++s, "\"");
	return mem_ndup(owner, s, n);
}

char *fields_parameter(void *owner, const char *value, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = strchr(value, ';'); p; p = strchr(p, ';')) {
		p += 1 + strspn(p + 1, " \t;");
		if (strncasecmp(p, name, n) != 0)
			continue;
		const char *equals = p + n + strspn(p + n, " \t");
		if (*equals == '=')
			return parameter_at(owner, equals + 1 + strspn(equals + 1, " \t"));
	}
	return mem_dup(owner, "");
}

char *fields_lines(void *owner, const char *message, size_t size)
{
	char *copy = mem_array(owner, char, size + 1), *to = copy;
	for (size_t i = 0; i < size; i++)
		if (message[i] != '\r')
			*to++ = message[i] ? message[i] : ' ';
		else if (i + 1 == size || message[i + 1] != '\n')
			*to++ = '\n';
	*to = '\0';
	return copy;
}
