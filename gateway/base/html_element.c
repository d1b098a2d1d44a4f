#include "gateway/base/html_element.h"
#include "gateway/base/html.h"
#include <stdlib.h>
#include <string.h>

#define SECTION (HTML_BLOCK | HTML_SPECIAL | HTML_CLOSES_P)
#define CELL (HTML_BLOCK | HTML_SPECIAL | HTML_SCOPE)
#define ROWS (HTML_BLOCK | HTML_SPECIAL)
#define EMPTY (HTML_VOID | HTML_SPECIAL)
#define RAW (HTML_SPECIAL | HTML_TEXT_ONLY)

struct element {
	const char *name;
	unsigned traits;
};

/* By name: html_traits searches by halves.  A form is foreign because gumbo puts the text before </form> behind it. */
static const struct element elements[] = {
	{ "a", HTML_FORMATTING }, { "address", SECTION }, { "applet", HTML_SPECIAL | HTML_SCOPE }, { "area", EMPTY },
	{ "article", SECTION }, { "aside", SECTION }, { "b", HTML_FORMATTING }, { "base", EMPTY }, { "basefont", EMPTY },
	{ "bgsound", EMPTY }, { "big", HTML_FORMATTING }, { "blockquote", SECTION }, { "body", HTML_BLOCK | HTML_SPECIAL },
	{ "br", EMPTY }, { "button", HTML_SPECIAL }, { "caption", CELL }, { "center", SECTION }, { "code", HTML_FORMATTING },
	{ "col", EMPTY }, { "colgroup", ROWS }, { "dd", SECTION }, { "details", SECTION }, { "dialog", SECTION }, { "dir", SECTION },
	{ "div", SECTION }, { "dl", SECTION }, { "dt", SECTION }, { "em", HTML_FORMATTING }, { "embed", EMPTY },
	{ "fieldset", SECTION }, { "figcaption", SECTION }, { "figure", SECTION }, { "font", HTML_FORMATTING },
	{ "footer", SECTION }, { "form", SECTION | HTML_FOREIGN }, { "frame", EMPTY }, { "frameset", HTML_SPECIAL | HTML_FOREIGN },
	{ "h1", SECTION }, { "h2", SECTION }, { "h3", SECTION }, { "h4", SECTION }, { "h5", SECTION }, { "h6", SECTION },
	{ "head", HTML_SPECIAL }, { "header", SECTION }, { "hgroup", SECTION }, { "hr", SECTION | HTML_VOID },
	{ "html", HTML_BLOCK | HTML_SPECIAL | HTML_SCOPE }, { "i", HTML_FORMATTING }, { "iframe", RAW }, { "img", EMPTY },
	{ "input", EMPTY }, { "isindex", HTML_FOREIGN }, { "keygen", EMPTY }, { "li", HTML_BLOCK | HTML_SPECIAL | HTML_CLOSES_P },
	{ "link", EMPTY }, { "listing", SECTION }, { "main", SECTION }, { "marquee", HTML_SPECIAL | HTML_SCOPE },
	{ "math", HTML_FOREIGN }, { "menu", SECTION }, { "meta", EMPTY }, { "nav", SECTION }, { "nobr", HTML_FORMATTING },
	{ "noembed", RAW }, { "noframes", RAW }, { "noscript", HTML_FOREIGN }, { "object", HTML_SPECIAL | HTML_SCOPE },
	{ "ol", SECTION }, { "p", SECTION }, { "param", EMPTY }, { "plaintext", HTML_BLOCK | HTML_FOREIGN }, { "pre", SECTION },
	{ "s", HTML_FORMATTING }, { "script", RAW }, { "section", SECTION }, { "select", HTML_FOREIGN }, { "small", HTML_FORMATTING },
	{ "source", EMPTY }, { "strike", HTML_FORMATTING }, { "strong", HTML_FORMATTING }, { "style", RAW }, { "summary", SECTION },
	{ "svg", HTML_FOREIGN }, { "table", SECTION | HTML_SCOPE }, { "tbody", ROWS }, { "td", CELL }, { "template", HTML_FOREIGN },
	{ "textarea", RAW | HTML_ENTITIES }, { "tfoot", ROWS }, { "th", CELL }, { "thead", ROWS }, { "title", RAW | HTML_ENTITIES },
	{ "tr", ROWS }, { "track", EMPTY }, { "tt", HTML_FORMATTING }, { "u", HTML_FORMATTING }, { "ul", SECTION },
	{ "wbr", EMPTY }, { "xmp", RAW | HTML_BLOCK | HTML_CLOSES_P },
};

static int by_name(const void *name, const void *element) { return strcmp(name, ((const struct element *)element)->name); }

unsigned html_traits(const char *name)
{
	const struct element *e = bsearch(name, elements, sizeof elements / sizeof *elements, sizeof *elements, by_name);
	return e ? e->traits : 0;
}

bool html_is_void(const char *name) { return html_traits(name) & HTML_VOID; }
bool html_is_block(const char *name) { return html_traits(name) & HTML_BLOCK; }
