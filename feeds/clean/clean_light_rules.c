#include "feeds/clean/clean_light_rules.h"
#include "feeds/clean/clean_rules.h"
#include "gateway/base/text/text.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Names in their vocabulary's own case.  A listed element keeps its name, even where clean_rules gives it another one. */
static const char *const html_elements[] = {
	"acronym", "article", "audio", "big", "center", "dir", "font", "footer", "h1", "header", "hgroup", "main", "menu", "nav",
	"picture", "section", "source", "strike", "track", "tt", "video", NULL
};

/* Elements for definitions are allowed too: if they were unwrapped, their content would be drawn. */
static const char *const svg_elements[] = {
	"circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "marker", "mask", "metadata", "path",
	"pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "svg", "switch", "symbol", "text", "title", "tspan", NULL
};

static const char *const math_elements[] = {
	"annotation", "maction", "math", "menclose", "merror", "mfenced", "mfrac", "mi", "mlabeledtr", "mmultiscripts", "mn", "mo",
	"mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup",
	"msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics", NULL
};

static const char *const *const elements[] = { html_elements, svg_elements, math_elements };

static const char *const html_attributes[] = {
	"align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "clear", "color", "colspan", "compact", "controls",
	"face", "height", "hspace", "label", "loop", "muted", "noshade", "nowrap", "preload", "rowspan", "rules", "size", "span",
	"start", "summary", "type", "valign", "vspace", "width", "xml:lang", NULL
};

static const char *const svg_attributes[] = {
	"baseProfile", "cx", "cy", "d", "dx", "dy", "fill", "fill-opacity", "fill-rule", "font-family", "font-size", "font-style",
	"font-weight", "fx", "fy", "gradientTransform", "gradientUnits", "height", "letter-spacing", "lengthAdjust", "offset",
	"opacity", "pathLength", "points", "preserveAspectRatio", "r", "rotate", "rx", "ry", "spreadMethod", "stop-color",
	"stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
	"stroke-opacity", "stroke-width", "text-anchor", "textLength", "transform", "version", "viewBox", "width", "word-spacing",
	"x", "x1", "x2", "xlink:actuate", "xlink:show", "xlink:type", "y", "y1", "y2", NULL
};

static const char *const math_attributes[] = {
	"accent", "accentunder", "align", "bevelled", "close", "columnalign", "columnlines", "columnspacing", "columnspan", "depth",
	"display", "displaystyle", "encoding", "fence", "frame", "height", "largeop", "linethickness", "lspace", "mathbackground",
	"mathcolor", "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "open", "rowalign", "rowlines",
	"rowspacing", "rowspan", "rspace", "scriptlevel", "selection", "separator", "separators", "stretchy", "subscriptshift",
	"superscriptshift", "symmetric", "width", "xlink:actuate", "xlink:show", "xlink:type", NULL
};

static const char *const *const attributes[] = { html_attributes, svg_attributes, math_attributes };

static const struct { const char *element, *name; enum light_value value; } addresses[] = {
	{ "audio", "src", LIGHT_PICTURE }, { "video", "src", LIGHT_PICTURE }, { "source", "src", LIGHT_PICTURE },
	{ "track", "src", LIGHT_PICTURE }, { "video", "poster", LIGHT_PICTURE },
};

static const char *find(const char *const *names, const char *name)
{
	for (; *names; names++)
		if ((**names | 0x20) == (*name | 0x20) && !strcasecmp(*names, name))
			return *names;
	return NULL;
}

const char *clean_light_element(const char *name, enum light_place place) { return find(elements[place], name); }

/* By clean_rules.  A value that clean_html restricts further is harmless as any text. */
static enum light_value by_rules(const char *element, const char *name)
{
	switch (clean_value(element, name)) {
	case CLEAN_NOTHING: return LIGHT_NOTHING;
	case CLEAN_LINK: return LIGHT_LINK;
	case CLEAN_PICTURE: return LIGHT_PICTURE;
	case CLEAN_STYLE: return LIGHT_STYLE;
	default: return LIGHT_TEXT;
	}
}

enum light_value clean_light_attribute(const char *element, const char *name, enum light_place place, const char **as)
{
	*as = name;
	if (place != LIGHT_HTML && !strcmp(name, "xlink:href"))
		return LIGHT_LINK;
	enum light_value value = by_rules(element, name);
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses && !value; i++)
		if (!strcmp(element, addresses[i].element) && !strcmp(name, addresses[i].name))
			return addresses[i].value;
	if (value)
		return value;
	const char *here = find(attributes[place], name);
	if (here)
		*as = here;
	else
		here = find(html_attributes, name);
	return !here ? LIGHT_NOTHING : place == LIGHT_HTML ? LIGHT_TEXT : LIGHT_WORDS;
}
