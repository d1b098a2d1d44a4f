#include "feeds/text/repair_scan.h"
#include "feeds/vocabulary/namespaces.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

static const char *blank(const char *s, const char *end)
{
	while (s < end && *s && strchr(" \t\r\n", *s))
		s++;
	return s;
}

/* At the quote of a literal: what is inside, *after past it; at NULL when it has no end. */
static struct piece literal(const char *s, const char *end, const char **after)
{
	const char *stop = s + 1 < end ? memchr(s + 1, *s, (size_t)(end - s - 1)) : NULL;
	*after = stop ? stop + 1 : end;
	return stop ? (struct piece){ s + 1, (size_t)(stop - s - 1) } : (struct piece){ NULL, 0 };
}

/* After "<!ENTITY": remembers a general entity with a value of its own; parameter and external ones are nothing here. */
static const char *entity(struct repair *r, const char *s)
{
	struct piece name = { s = blank(s, r->end), 0 };
	while (s < r->end && repair_in_name(*s))
		s++;
	name.length = (size_t)(s - name.at);
	s = blank(s, r->end);
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

char *repair_missing_prefixes(struct repair *r)
{
	char *all = mem_dup(r->owner, "");
	for (size_t i = 0; i < r->used_count; i++) {
		bool known = false;
		for (size_t j = 0; j < r->declared_count; j++)
			known = known || repair_same(r->used[i], r->declared[j]);
		if (known)
			continue;
		char *prefix = mem_ndup(r->owner, r->used[i].at, r->used[i].length);
		const char *uri = namespace_by_prefix(prefix);
		all = mem_check(uri ? talloc_asprintf_append_buffer(all, " xmlns:%s=\"%s\"", prefix, uri)
		                    : talloc_asprintf_append_buffer(all, " xmlns:%s=\"urn:undeclared:%s\"", prefix, prefix));
	}
	return all;
}
