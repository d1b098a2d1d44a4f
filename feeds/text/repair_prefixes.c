#include "feeds/text/repair_prefixes.h"
#include "feeds/text/namespace_uris.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <string.h>

static bool is(struct piece a, const char *s) { return a.length == strlen(s) && !memcmp(a.at, s, a.length); }

static void add(struct piece *all, size_t *count, struct piece prefix)
{
	for (size_t i = 0; i < *count; i++)
		if (repair_same(all[i], prefix))
			return;
	if (*count < REPAIR_PREFIXES)
		all[(*count)++] = prefix;
}

/* Only such a prefix is declared; any other text before a colon is left as it is. */
static bool is_plain(struct piece prefix)
{
	if (!prefix.length || prefix.length > 32 || !isalpha((unsigned char)*prefix.at))
		return false;
	for (size_t i = 0; i < prefix.length; i++)
		if (!isalnum((unsigned char)prefix.at[i]) && !strchr("_-.", prefix.at[i]))
			return false;
	return true;
}

bool repair_is_declaration(struct piece name)
{
	return name.length >= 5 && !memcmp(name.at, "xmlns", 5) && (name.length == 5 || name.at[5] == ':');
}

void repair_note_prefix(struct repair *r, struct piece name)
{
	const char *colon = memchr(name.at, ':', name.length);
	struct piece prefix = { name.at, colon ? (size_t)(colon - name.at) : 0 };
	struct piece rest = { name.at + prefix.length + 1, name.length - prefix.length - 1 };
	if (!colon || is(prefix, "xml"))
		return;
	if (is(prefix, "xmlns"))
		add(r->declared, &r->declared_count, rest);
	else if (is_plain(prefix))
		add(r->used, &r->used_count, prefix);
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
		const char *uri = namespace_usual_uri(prefix);
		all = mem_check(uri ? talloc_asprintf_append_buffer(all, " xmlns:%s=\"%s\"", prefix, uri)
		                    : talloc_asprintf_append_buffer(all, " xmlns:%s=\"urn:undeclared:%s\"", prefix, prefix));
	}
	return all;
}
