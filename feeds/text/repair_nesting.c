#include "feeds/text/repair_nesting.h"
#include <string.h>

/* Elements that contain text or HTML, and no element of a feed. */
static const char *const leaves[] = {
	"title", "link", "description", "guid", "pubDate", "category", "comments", "language", "copyright", "lastBuildDate", "generator",
	"ttl", "url", "summary", "content", "id", "updated", "published", "rights", "subtitle", "name", "email", "uri",
	"content:encoded", "dc:creator", "dc:date", "dc:subject", NULL
};
/* No entry contains another. */
static const char *const entries[] = { "item", "entry", NULL };
/* Elements that contain others of a feed. */
static const char *const containers[] = {
	"channel", "feed", "rss", "rdf:RDF", "image", "textInput", "textinput", "source", "author", "contributor", NULL
};

static bool is_one(struct piece name, const char *const *names)
{
	for (; *names; names++)
		if (!strncmp(*names, name.at, name.length) && !(*names)[name.length])
			return true;
	return false;
}

void repair_close(struct repair *r, size_t depth)
{
	while (r->depth > depth) {
		struct piece name = r->open[--r->depth];
		r->namespaces = r->scope[r->depth];
		repair_put(r, "</", 2);
		repair_put(r, name.at, name.length);
		repair_put(r, ">", 1);
	}
}

void repair_nesting(struct repair *r, struct piece name)
{
	bool entry = is_one(name, entries);
	if (!entry && !is_one(name, leaves))
		return;
	/* Never the root, whatever its name is. */
	for (size_t depth = r->depth; depth-- > 1;) {
		struct piece open = r->open[depth];
		bool ends = entry ? repair_same(open, name) : false;
		if (!ends && (is_one(open, entries) || is_one(open, containers)))
			return;
		if (!ends && !is_one(open, leaves))
			continue;
		r->misnested = true;
		if (r->implies_ends)
			repair_close(r, depth);
	}
}

void repair_unclosed(struct repair *r)
{
	r->unclosed = true;
	repair_note(r, "elements without an end tag");
}
