#include "feeds/clean/clean_style.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define MAX_STYLE 4096

/*
 * The properties that carry meaning or reading order, with all values that
 * are allowed: only keywords, so no value can be unsafe.  "normal" is not
 * allowed because word processors write it everywhere.  Colours and fonts
 * are left to the theme: a dark one would get dark text.
 */
static const struct {
	const char *name, *values;
} properties[] = {
	{ "direction", " ltr rtl " },
	{ "font-style", " italic oblique " },
	{ "font-variant", " small-caps " },
	{ "font-weight", " bold bolder 600 700 800 900 " },
	{ "list-style-type", " disc circle square decimal decimal-leading-zero lower-roman upper-roman lower-greek lower-latin"
	                     " upper-latin lower-alpha upper-alpha none " },
	{ "text-align", " left right center justify start end " },
	{ "text-decoration", " underline overline line-through " },
	{ "text-transform", " uppercase lowercase capitalize " },
	{ "vertical-align", " baseline sub super top text-top middle bottom text-bottom " },
	{ "white-space", " pre nowrap pre-wrap pre-line " },
};

#define PROPERTIES (sizeof properties / sizeof *properties)

/* Reads a declaration at *style and moves *style behind it; false at the end.  Name and value are trimmed and in lower case. */
static bool next_declaration(void *owner, const char **style, char **name, char **value)
{
	while (**style) {
		size_t n = strcspn(*style, ";");
		char *one = mem_ndup(owner, *style, n), *colon = strchr(one, ':');
		*style += n + ((*style)[n] == ';');
		if (!colon)
			continue;
		*colon = '\0';
		*name = text_lower(owner, text_trim(owner, one));
		*value = text_lower(owner, text_trim(owner, colon + 1));
		return true;
	}
	return false;
}

static void drop_important(char *value)
{
	char *mark = strchr(value, '!');
	if (!mark)
		return;
	while (mark > value && strchr(" \t\n", mark[-1]))
		mark--;
	*mark = '\0';
}

char *clean_style_value(void *owner, const char *style, const char *property)
{
	void *scratch = talloc_new(NULL);
	char *name, *value, *found = NULL;
	const char *rest = style && strnlen(style, MAX_STYLE + 1) <= MAX_STYLE ? style : "";
	while (next_declaration(scratch, &rest, &name, &value))
		if (strcmp(name, property) == 0) {
			drop_important(value);
			found = value;
		}
	found = mem_dup_or_null(owner, found);
	talloc_free(scratch);
	return found;
}

bool clean_style_hides(const char *style)
{
	if (!style || (!strcasestr(style, "display") && !strcasestr(style, "visibility")))
		return false;
	char *display = clean_style_value(NULL, style, "display"), *visibility = clean_style_value(NULL, style, "visibility");
	bool hides = (display && strcmp(display, "none") == 0) || (visibility && strcmp(visibility, "hidden") == 0);
	talloc_free(display);
	talloc_free(visibility);
	return hides;
}

static bool is_allowed(const char *values, const char *value)
{
	char *word = mem_printf(NULL, " %s ", value);
	bool allowed = *value && !strchr(value, ' ') && strstr(values, word);
	talloc_free(word);
	return allowed;
}

/* When a property is set several times, the last value counts, allowed or not. */
char *clean_style(void *owner, const char *style)
{
	void *scratch = talloc_new(NULL);
	char *result = mem_dup(owner, ""), *name, *value, *values[PROPERTIES] = { NULL };
	const char *rest = strnlen(style, MAX_STYLE + 1) <= MAX_STYLE ? style : "";
	while (next_declaration(scratch, &rest, &name, &value))
		for (size_t n = 0; n < PROPERTIES; n++)
			if (strcmp(name, properties[n].name) == 0) {
				drop_important(value);
				values[n] = value;
			}
	for (size_t n = 0; n < PROPERTIES; n++)
		if (values[n] && is_allowed(properties[n].values, values[n]))
			result = mem_check(talloc_asprintf_append_buffer(result, "%s%s: %s", *result ? "; " : "", properties[n].name, values[n]));
	talloc_free(scratch);
	return *result ? result : NULL;
}
