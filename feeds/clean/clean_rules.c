#include "feeds/clean/clean_rules.h"
#include <string.h>

/* Sorted by name.  An element that is not listed is unwrapped. */
static const struct {
	const char *name;
	enum clean_action action;
	const char *as; /* NULL: its own name */
} elements[] = {
	{ "a", CLEAN_KEEP, NULL }, { "abbr", CLEAN_KEEP, NULL }, { "acronym", CLEAN_KEEP, "abbr" }, { "address", CLEAN_KEEP, NULL },
	{ "applet", CLEAN_DROP, NULL }, { "area", CLEAN_DROP, NULL }, { "article", CLEAN_KEEP, "div" }, { "aside", CLEAN_KEEP, NULL },
	{ "audio", CLEAN_DROP, NULL }, { "b", CLEAN_KEEP, NULL }, { "base", CLEAN_DROP, NULL }, { "bdi", CLEAN_KEEP, NULL },
	{ "bdo", CLEAN_KEEP, NULL }, { "bgsound", CLEAN_DROP, NULL }, { "blockquote", CLEAN_KEEP, NULL }, { "br", CLEAN_KEEP, NULL },
	{ "button", CLEAN_DROP, NULL }, { "caption", CLEAN_KEEP, NULL }, { "center", CLEAN_KEEP, "div" }, { "cite", CLEAN_KEEP, NULL },
	{ "code", CLEAN_KEEP, NULL }, { "col", CLEAN_KEEP, NULL }, { "colgroup", CLEAN_KEEP, NULL }, { "datalist", CLEAN_DROP, NULL },
	{ "dd", CLEAN_KEEP, NULL }, { "del", CLEAN_KEEP, NULL }, { "details", CLEAN_KEEP, NULL }, { "dfn", CLEAN_KEEP, NULL },
	{ "dir", CLEAN_KEEP, "ul" }, { "div", CLEAN_KEEP, NULL }, { "dl", CLEAN_KEEP, NULL }, { "dt", CLEAN_KEEP, NULL },
	{ "em", CLEAN_KEEP, NULL }, { "embed", CLEAN_DROP, NULL }, { "figcaption", CLEAN_KEEP, NULL }, { "figure", CLEAN_KEEP, NULL },
	{ "footer", CLEAN_KEEP, "div" }, { "frame", CLEAN_DROP, NULL }, { "frameset", CLEAN_DROP, NULL }, { "h1", CLEAN_KEEP, "h2" },
	{ "h2", CLEAN_KEEP, NULL }, { "h3", CLEAN_KEEP, NULL }, { "h4", CLEAN_KEEP, NULL }, { "h5", CLEAN_KEEP, NULL },
	{ "h6", CLEAN_KEEP, NULL }, { "header", CLEAN_KEEP, "div" }, { "hr", CLEAN_KEEP, NULL }, { "i", CLEAN_KEEP, NULL },
	{ "iframe", CLEAN_DROP, NULL }, { "img", CLEAN_KEEP, NULL }, { "input", CLEAN_DROP, NULL }, { "ins", CLEAN_KEEP, NULL },
	{ "isindex", CLEAN_DROP, NULL }, { "kbd", CLEAN_KEEP, NULL }, { "keygen", CLEAN_DROP, NULL }, { "li", CLEAN_KEEP, NULL },
	{ "link", CLEAN_DROP, NULL }, { "listing", CLEAN_KEEP, "pre" }, { "main", CLEAN_KEEP, "div" }, { "mark", CLEAN_KEEP, NULL },
	{ "math", CLEAN_DROP, NULL }, { "menu", CLEAN_KEEP, "ul" }, { "meta", CLEAN_DROP, NULL }, { "meter", CLEAN_UNWRAP, NULL },
	{ "noembed", CLEAN_DROP, NULL }, { "noframes", CLEAN_DROP, NULL }, { "noscript", CLEAN_DROP, NULL },
	{ "object", CLEAN_DROP, NULL }, { "ol", CLEAN_KEEP, NULL }, { "p", CLEAN_KEEP, NULL }, { "param", CLEAN_DROP, NULL },
	{ "plaintext", CLEAN_KEEP, "pre" }, { "pre", CLEAN_KEEP, NULL }, { "progress", CLEAN_UNWRAP, NULL }, { "q", CLEAN_KEEP, NULL },
	{ "rb", CLEAN_KEEP, NULL }, { "rp", CLEAN_KEEP, NULL }, { "rt", CLEAN_KEEP, NULL }, { "rtc", CLEAN_KEEP, NULL },
	{ "ruby", CLEAN_KEEP, NULL }, { "s", CLEAN_KEEP, NULL }, { "samp", CLEAN_KEEP, NULL }, { "script", CLEAN_DROP, NULL },
	{ "section", CLEAN_KEEP, "div" }, { "select", CLEAN_DROP, NULL }, { "small", CLEAN_KEEP, NULL }, { "source", CLEAN_DROP, NULL },
	{ "span", CLEAN_KEEP, NULL }, { "strike", CLEAN_KEEP, "s" }, { "strong", CLEAN_KEEP, NULL }, { "style", CLEAN_DROP, NULL },
	{ "sub", CLEAN_KEEP, NULL }, { "summary", CLEAN_KEEP, NULL }, { "sup", CLEAN_KEEP, NULL }, { "svg", CLEAN_DROP, NULL },
	{ "table", CLEAN_KEEP, NULL }, { "tbody", CLEAN_KEEP, NULL }, { "td", CLEAN_KEEP, NULL }, { "template", CLEAN_DROP, NULL },
	{ "textarea", CLEAN_DROP, NULL }, { "tfoot", CLEAN_KEEP, NULL }, { "th", CLEAN_KEEP, NULL }, { "thead", CLEAN_KEEP, NULL },
	{ "time", CLEAN_KEEP, NULL }, { "title", CLEAN_DROP, NULL }, { "tr", CLEAN_KEEP, NULL }, { "track", CLEAN_DROP, NULL },
	{ "tt", CLEAN_KEEP, "code" }, { "u", CLEAN_KEEP, NULL }, { "ul", CLEAN_KEEP, NULL }, { "var", CLEAN_KEEP, NULL },
	{ "video", CLEAN_DROP, NULL }, { "wbr", CLEAN_KEEP, NULL },
};

/* The attributes that are allowed on an element, or ("*") on all. */
static const struct {
	const char *element, *name;
	enum clean_value value;
} attributes[] = {
	{ "*", "title", CLEAN_TEXT }, { "*", "lang", CLEAN_LANGUAGE }, { "*", "dir", CLEAN_DIRECTION }, { "*", "style", CLEAN_STYLE },
	{ "a", "href", CLEAN_LINK }, { "a", "hreflang", CLEAN_LANGUAGE }, { "a", "rel", CLEAN_REL },
	{ "blockquote", "cite", CLEAN_LINK }, { "q", "cite", CLEAN_LINK },
	{ "code", "class", CLEAN_CODE }, { "pre", "class", CLEAN_CODE },
	{ "col", "span", CLEAN_SIZE }, { "colgroup", "span", CLEAN_SIZE },
	{ "del", "cite", CLEAN_LINK }, { "del", "datetime", CLEAN_DATE }, { "ins", "cite", CLEAN_LINK }, { "ins", "datetime", CLEAN_DATE },
	{ "details", "open", CLEAN_FLAG },
	{ "img", "src", CLEAN_PICTURE }, { "img", "alt", CLEAN_TEXT }, { "img", "width", CLEAN_SIZE }, { "img", "height", CLEAN_SIZE },
	{ "li", "value", CLEAN_NUMBER }, { "ol", "start", CLEAN_NUMBER }, { "ol", "reversed", CLEAN_FLAG }, { "ol", "type", CLEAN_LIST },
	{ "td", "colspan", CLEAN_SIZE }, { "td", "rowspan", CLEAN_SIZE },
	{ "th", "colspan", CLEAN_SIZE }, { "th", "rowspan", CLEAN_SIZE }, { "th", "scope", CLEAN_SCOPE }, { "th", "abbr", CLEAN_TEXT },
	{ "time", "datetime", CLEAN_DATE },
};

static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a - *b;
}

enum clean_action clean_action(const char *name, const char **as)
{
	size_t from = 0, to = sizeof elements / sizeof *elements;
	*as = name;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = compare(elements[middle].name, name);
		if (!order) {
			*as = elements[middle].as ? elements[middle].as : name;
			return elements[middle].action;
		}
		*(order < 0 ? &from : &to) = order < 0 ? middle + 1 : middle;
	}
	return CLEAN_UNWRAP;
}

enum clean_value clean_value(const char *element, const char *attribute)
{
	for (size_t n = 0; n < sizeof attributes / sizeof *attributes; n++)
		if (*attributes[n].name == *attribute && strcmp(attributes[n].name, attribute) == 0 &&
		    (*attributes[n].element == '*' || strcmp(attributes[n].element, element) == 0))
			return attributes[n].value;
	return CLEAN_NOTHING;
}
