#include "feeds/clean/clean_light_style.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MAX_STYLE 4096
/* Longer lengths could move the element out of view or over others. */
#define MAX_DIGITS 4

/* Properties, and (with "-" at the end) prefixes of properties, that change only how their own element looks. */
static const char *const properties[] = {
	"background", "background-", "border", "border-", "clear", "color", "direction", "display", "float", "font", "font-", "height",
	"letter-spacing", "line-height", "list-style", "list-style-", "margin", "margin-", "max-height", "max-width", "overflow",
	"padding", "padding-", "text-", "unicode-bidi", "vertical-align", "white-space", "width", "word-break", "word-spacing", NULL
};

static bool is_property(const char *name)
{
	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")])
		return false;
	for (size_t i = 0; properties[i]; i++) {
		size_t n = strlen(properties[i]);
		if (properties[i][n - 1] == '-' ? !strncasecmp(name, properties[i], n) : !strcasecmp(name, properties[i]))
			return true;
	}
	return false;
}

static const char *digits(const char *s, size_t most)
{
	size_t n = strspn(s, "0123456789");
	return n <= most ? s + n : NULL;
}

/* s is at "12", ".5em" or "100%": returns where it ends, or NULL. */
static const char *number(const char *s)
{
	const char *start = s;
	s = digits(s, MAX_DIGITS);
	if (s && *s == '.')
		s = digits(s + 1, MAX_DIGITS);
	if (!s || s == start)
		return NULL;
	if (*s == '%')
		return s + 1;
	for (int letters = 0; isalpha((unsigned char)*s); s++)
		if (++letters > 4)
			return NULL;
	return s;
}

/* s is at rgb(1, 2, 3) or a similar function: returns where it ends, or NULL. */
static const char *color_function(const char *s)
{
	static const char *const names[] = { "rgb(", "rgba(", "hsl(", "hsla(", NULL };
	for (size_t i = 0; names[i]; i++) {
		size_t n = strlen(names[i]), inside = strncasecmp(s, names[i], n) ? 0 : strspn(s + n, "0123456789., %/");
		if (inside && s[n + inside] == ')')
			return s + n + inside + 1;
	}
	return NULL;
}

static const char *word(const char *s)
{
	const char *start = s;
	while (isalpha((unsigned char)*s) || *s == '-')
		s++;
	return s > start && isalpha((unsigned char)*start) && *s != '(' ? s : NULL;
}

/* s is at a component of a value: returns where it ends, or NULL when it is not allowed. */
static const char *component(const char *s)
{
	if (*s == '#')
		return s + 1 + strspn(s + 1, "0123456789abcdefABCDEF");
	if (!strncasecmp(s, "!important", 10))
		return s + 10;
	if (isdigit((unsigned char)*s) || *s == '.')
		return number(s);
	const char *color = color_function(s);
	return color ? color : word(s);
}

static bool is_value(const char *s)
{
	const char *start = s;
	while (s && *s) {
		s = component(s);
		if (!s || (*s && !strchr(" ,/!\t\n", *s)))
			return false;
		s += strspn(s, " ,/\t\n");
	}
	return s > start;
}

char *clean_light_style(void *owner, const char *style)
{
	void *scratch = talloc_new(NULL);
	char *result = mem_dup(owner, ""), *rest = strnlen(style, MAX_STYLE + 1) <= MAX_STYLE ? mem_dup(scratch, style) : NULL;
	for (char *one; (one = strsep(&rest, ";"));) {
		char *value = one;
		const char *name = text_trim(scratch, strsep(&value, ":"));
		value = value ? text_trim(scratch, value) : NULL;
		if (value && is_property(name) && is_value(value))
			result = mem_check(talloc_asprintf_append_buffer(result, "%s%s: %s;", *result ? " " : "", name, value));
	}
	talloc_free(scratch);
	if (*result)
		return result;
	talloc_free(result);
	return NULL;
}
