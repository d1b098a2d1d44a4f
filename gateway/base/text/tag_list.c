#include "gateway/base/text/tag_list.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char blanks[] = " \t\r\n";
/* More tags than any record has. */
enum { TAGS_MAX = 64 };

/* s without blanks at both ends; of these size bytes. */
static char *trimmed(void *owner, const char *s, size_t size)
{
	size_t before = strspn(s, blanks);
	before = before < size ? before : size;
	s += before;
	size -= before;
	while (size > 0 && strchr(blanks, s[size - 1]))
		size--;
	return mem_ndup(owner, s, size);
}

/* ALPHA *( ALPHA / DIGIT / "_" ) */
static bool is_name(const char *s)
{
	return *s && strchr(letters, *s) && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s);
}

static bool add(struct tag_list *l, const char *part, size_t size, struct error *err)
{
	const char *equals = memchr(part, '=', size);
	char *name = trimmed(l, part, equals ? (size_t)(equals - part) : size);
	if (!equals || !is_name(name) || l->count == TAGS_MAX)
		return error_set(err, ERROR_INVALID, "'%s' in it is not understood", name);
	if (tag_list_value(l, name))
		return error_set(err, ERROR_INVALID, "'%s=' stands in it twice", name);
	*mem_push(l, l->tags, l->count) = (struct tag){ name, trimmed(l, equals + 1, size - (size_t)(equals + 1 - part)) };
	return true;
}

struct tag_list *tag_list_parse(void *owner, const char *text, struct error *err)
{
	struct tag_list *l = mem_new(owner, struct tag_list);
	for (const char *p = text; *p;) {
		size_t size = strcspn(p, ";");
		/* A semicolon may end the last tag; an empty part elsewhere is passed over, as receivers do. */
		if (strspn(p, blanks) < size && !add(l, p, size, err)) {
			talloc_free(l);
			return NULL;
		}
		p += size + (p[size] == ';');
	}
	return l;
}

const char *tag_list_value(const struct tag_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->tags[i].name, name) == 0)
			return l->tags[i].value;
	return NULL;
}

bool tag_list_has(const char *list, const char *word)
{
	bool found = false;
	for (const char *p = list; !found && p; p = strchr(p, ':') ? strchr(p, ':') + 1 : NULL) {
		char *one = trimmed(NULL, p, strcspn(p, ":"));
		found = text_same(one, word);
		talloc_free(one);
	}
	return found;
}
