#include "feeds/text/repair_doctype.h"
#include <string.h>

static const char *skip_blank(const char *s, const char *end)
{
	while (s < end && *s && strchr(" \t\r\n", *s))
		s++;
	return s;
}

/* s is at the quote of a literal: its value, with *after behind it; at is NULL when the closing quote is missing. */
static struct piece literal(const char *s, const char *end, const char **after)
{
	const char *stop = s + 1 < end ? memchr(s + 1, *s, (size_t)(end - s - 1)) : NULL;
	*after = stop ? stop + 1 : end;
	return stop ? (struct piece){ s + 1, (size_t)(stop - s - 1) } : (struct piece){ NULL, 0 };
}

/* s is behind "<!ENTITY": keeps an internal general entity; parameter and external entities are ignored. */
static const char *entity(struct repair *r, const char *s)
{
	struct piece name = { s = skip_blank(s, r->end), 0 };
	while (s < r->end && repair_in_name(*s))
		s++;
	name.length = (size_t)(s - name.at);
	s = skip_blank(s, r->end);
	if (!name.length || s == r->end || (*s != '"' && *s != '\''))
		return s;
	const char *after;
	struct piece value = literal(s, r->end, &after);
	if (value.at && r->entity_count < REPAIR_ENTITIES)
		r->entity[r->entity_count].name = name, r->entity[r->entity_count++].value = value;
	return after;
}

static const char *subset_item(struct repair *r, const char *s)
{
	const char *after;
	if ((size_t)(r->end - s) > 8 && !memcmp(s, "<!ENTITY", 8))
		return entity(r, s + 8);
	if ((size_t)(r->end - s) > 4 && !memcmp(s, "<!--", 4)) {
		after = memmem(s + 4, (size_t)(r->end - s - 4), "-->", 3);
		return after ? after + 3 : r->end;
	}
	if (*s == '"' || *s == '\'') {
		literal(s, r->end, &after);
		return after;
	}
	return s + 1;
}

void repair_doctype(struct repair *r)
{
	bool subset = false;
	const char *s = r->p + 9;
	r->doctype = true;
	while (s < r->end) {
		if (*s == '[')
			subset = true;
		else if (*s == ']')
			subset = false;
		else if (*s == '>' && !subset)
			break;
		s = subset_item(r, s);
	}
	if (s >= r->end)
		repair_note(r, "a DOCTYPE without end");
	r->p = s < r->end ? s + 1 : r->end;
}
