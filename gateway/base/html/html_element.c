#include "gateway/base/html/html_element.h"
#include <string.h>

#define SECTION (HTML_BLOCK | HTML_SPECIAL | HTML_CLOSES_P)
#define CELL (HTML_BLOCK | HTML_SPECIAL | HTML_SCOPE | HTML_TABLE_PART | HTML_ENDS)
#define ROWS (HTML_BLOCK | HTML_SPECIAL | HTML_TABLE_PART | HTML_ROWS | HTML_ENDS)
#define EMPTY (HTML_VOID | HTML_SPECIAL)
#define RAW (HTML_SPECIAL | HTML_TEXT_ONLY)

struct element {
	const char *name;
	unsigned traits;
};

/* By name: html_traits does a binary search.  A form is foreign because gumbo puts the text before </form> behind it. */
static const struct element elements[] = {
	{ "a", HTML_FORMATTING }, { "address", SECTION }, { "applet", HTML_SPECIAL | HTML_SCOPE }, { "area", EMPTY },
	{ "article", SECTION }, { "aside", SECTION }, { "b", HTML_FORMATTING }, { "base", EMPTY }, { "basefont", EMPTY },
	{ "bgsound", EMPTY }, { "big", HTML_FORMATTING }, { "blockquote", SECTION }, { "body", HTML_BLOCK | HTML_SPECIAL | HTML_PAGE },
	{ "br", EMPTY }, { "button", HTML_SPECIAL }, { "caption", CELL }, { "center", SECTION }, { "code", HTML_FORMATTING },
	{ "col", EMPTY | HTML_TABLE_PART }, { "colgroup", ROWS }, { "dd", SECTION | HTML_ENDS }, { "details", SECTION }, { "dialog", SECTION }, { "dir", SECTION },
	{ "div", SECTION }, { "dl", SECTION }, { "dt", SECTION | HTML_ENDS }, { "em", HTML_FORMATTING }, { "embed", EMPTY },
	{ "fieldset", SECTION }, { "figcaption", SECTION }, { "figure", SECTION }, { "font", HTML_FORMATTING },
	{ "footer", SECTION }, { "form", SECTION | HTML_FOREIGN }, { "frame", EMPTY | HTML_ODD }, { "frameset", HTML_SPECIAL | HTML_FOREIGN },
	{ "h1", SECTION | HTML_HEADING }, { "h2", SECTION | HTML_HEADING }, { "h3", SECTION | HTML_HEADING }, { "h4", SECTION | HTML_HEADING }, { "h5", SECTION | HTML_HEADING }, { "h6", SECTION | HTML_HEADING },
	{ "head", HTML_SPECIAL | HTML_PAGE }, { "header", SECTION }, { "hgroup", SECTION }, { "hr", SECTION | HTML_VOID },
	{ "html", HTML_BLOCK | HTML_SPECIAL | HTML_SCOPE | HTML_PAGE }, { "i", HTML_FORMATTING }, { "iframe", RAW }, { "img", EMPTY },
	{ "input", EMPTY }, { "isindex", HTML_FOREIGN }, { "keygen", EMPTY }, { "li", HTML_ENDS | HTML_BLOCK | HTML_SPECIAL | HTML_CLOSES_P },
	{ "link", EMPTY }, { "listing", SECTION }, { "main", SECTION }, { "marquee", HTML_SPECIAL | HTML_SCOPE },
	{ "math", HTML_FOREIGN }, { "menu", SECTION }, { "menuitem", HTML_ODD }, { "meta", EMPTY }, { "nav", SECTION }, { "nobr", HTML_FORMATTING },
	{ "noembed", RAW }, { "noframes", RAW }, { "noscript", HTML_FOREIGN }, { "object", HTML_SPECIAL | HTML_SCOPE },
	{ "ol", SECTION }, { "optgroup", HTML_ENDS }, { "option", HTML_ENDS }, { "p", SECTION }, { "param", EMPTY }, { "plaintext", HTML_BLOCK | HTML_FOREIGN }, { "pre", SECTION },
	{ "rb", HTML_ENDS | HTML_ODD }, { "rp", HTML_ENDS }, { "rt", HTML_ENDS }, { "rtc", HTML_ENDS | HTML_ODD }, { "s", HTML_FORMATTING }, { "script", RAW }, { "section", SECTION }, { "select", HTML_FOREIGN }, { "small", HTML_FORMATTING },
	{ "source", EMPTY }, { "strike", HTML_FORMATTING }, { "strong", HTML_FORMATTING }, { "style", RAW }, { "summary", SECTION },
	{ "svg", HTML_FOREIGN }, { "table", SECTION | HTML_SCOPE | HTML_TABLE }, { "tbody", ROWS }, { "td", CELL }, { "template", HTML_FOREIGN },
	{ "textarea", RAW | HTML_ENTITIES }, { "tfoot", ROWS }, { "th", CELL }, { "thead", ROWS }, { "title", RAW | HTML_ENTITIES },
	{ "tr", ROWS }, { "track", EMPTY }, { "tt", HTML_FORMATTING }, { "u", HTML_FORMATTING }, { "ul", SECTION },
	{ "wbr", EMPTY }, { "xmp", RAW | HTML_BLOCK | HTML_CLOSES_P },
};

/* strcmp, inlined: it is called for every tag. */
static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a - *b;
}

static const struct element *find(const char *name)
{
	size_t from = 0, to = sizeof elements / sizeof *elements;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = compare(elements[middle].name, name);
		if (!order)
			return &elements[middle];
		*(order < 0 ? &from : &to) = order < 0 ? middle + 1 : middle;
	}
	return NULL;
}

unsigned html_traits(const char *name)
{
	const struct element *e = find(name);
	return e ? e->traits : 0;
}

const char *html_known_name(const char *name, unsigned *traits)
{
	const struct element *e = find(name);
	*traits = e ? e->traits : 0;
	return e ? e->name : NULL;
}
