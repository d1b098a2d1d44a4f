#include "feeds/text/repair_scan.h"
#include <string.h>

/*
 * Which elements of a feed stand in which, for documents whose end tags are
 * missing.  XML would nest what follows ever deeper: the next post would be
 * part of this one, all posts of a title.
 */

/* Hold text, or the HTML of a text, and nothing of a feed. */
static const char *const leaves[] = {
	"title", "link", "description", "guid", "pubDate", "category", "comments", "language", "copyright", "lastBuildDate", "generator",
	"ttl", "url", "summary", "content", "id", "updated", "published", "rights", "subtitle", "name", "email", "uri",
	"content:encoded", "dc:creator", "dc:date", "dc:subject", NULL
};
/* A post never stands in a post. */
static const char *const posts[] = { "item", "entry", NULL };
static const char *const holders[] = {
	"channel", "feed", "rss", "rdf:RDF", "image", "textInput", "textinput", "source", "author", "contributor", NULL
};

static bool is_one(struct piece name, const char *const *names)
{
	for (; *names; names++)
		if (!strncmp(*names, name.at, name.length) && !(*names)[name.length])
			return true;
	return false;
}

void repair_part(struct repair *r, struct piece name)
{
	bool post = is_one(name, posts);
	if (!post && !is_one(name, leaves))
		return;
	/* The root stays, whatever it is called. */
	for (size_t depth = r->depth; depth-- > 1;) {
		struct piece open = r->open[depth];
		bool ends = post ? repair_same(open, name) : false;
		if (!ends && (is_one(open, posts) || is_one(open, holders)))
			return;
		if (!ends && !is_one(open, leaves))
			continue;
		r->crossed = true;
		if (r->part)
			repair_close(r, depth);
	}
}

void repair_unclosed(struct repair *r)
{
	r->unclosed = true;
	repair_note(r, "elements without an end tag");
}
