#include "feeds/text/repair_nesting.h"
#include "feeds/text/namespace_uris.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <strings.h>

/* Elements of a feed, in the namespace of RSS or Atom. */
static const char *const own[] = {
	"title", "link", "description", "guid", "pubDate", "category", "comments", "language", "copyright", "lastBuildDate", "generator",
	"ttl", "url", "summary", "content", "id", "updated", "published", "rights", "subtitle", "name", "email", "uri", "enclosure", "cloud",
	"docs", "image", "textInput", "source", "author", "contributor", "managingEditor", "webMaster", "icon", "logo", "issued",
	"modified", "created", "tagline", "skipHours", "skipDays", NULL
};
/* No entry contains another. */
static const char *const entries[] = { "item", "entry", NULL };
static const char *const feeds[] = { "channel", "feed", "rss", "RDF", NULL };
/* Elements whose content is text or HTML, in which an element with the name of one of a feed is not one. */
static const char *const texts[] = {
	"title", "description", "summary", "content", "subtitle", "rights", "copyright", "info", "content:encoded", "xhtml:body",
	"xhtml:div", "body", "div", "fullitem", "media:description", "media:title", "itunes:summary", "itunes:subtitle", "dc:description", NULL
};
/* Prefixes of what occurs within content only. */
static const char *const markup[] = { "xhtml", "svg", "m", "xlink", "rdf", NULL };

/* Elements that contain others of a feed, and which.  "media:": all with that prefix. */
static const struct { const char *name, *inside[12]; } containers[] = {
	{ "image", { "title", "link", "url", "description", "width", "height" } },
	{ "textInput", { "title", "link", "name", "description" } },
	{ "author", { "name", "email", "uri", "url" } },
	{ "contributor", { "name", "email", "uri", "url" } },
	{ "source", { "title", "link", "id", "updated", "author", "rights", "subtitle", "icon", "logo", "generator", "contributor" } },
	{ "itunes:owner", { "itunes:name", "itunes:email" } },
	{ "itunes:category", { "itunes:category" } },
	{ "media:group", { "media:" } },
	{ "media:content", { "media:" } },
	{ "podcast:value", { "podcast:" } },
	{ "podcast:valueTimeSplit", { "podcast:" } },
	{ "podcast:liveItem", { "podcast:" } },
	{ "psc:chapters", { "psc:" } },
	{ "georss:where", { "gml:" } },
	{ "gml:", { "gml:" } },
};

/* The name without a prefix of RSS's or Atom's own namespace. */
static struct piece core(struct piece name)
{
	static const char *const prefixes[] = { "atom:", "rss:", "rdf:", "a10:", "a:", NULL };
	for (size_t i = 0; prefixes[i]; i++) {
		size_t n = strlen(prefixes[i]);
		if (name.length > n && !strncasecmp(name.at, prefixes[i], n))
			return (struct piece){ name.at + n, name.length - n };
	}
	return name;
}

static bool is(struct piece name, const char *s)
{
	size_t n = strlen(s);
	return s[n - 1] == ':' ? name.length > n && !strncmp(name.at, s, n) : name.length == n && !strncasecmp(name.at, s, n);
}

static bool is_one(struct piece name, const char *const *names)
{
	for (; *names; names++)
		if (is(name, *names))
			return true;
	return false;
}

/* Has it the prefix of a namespace that occurs in feeds, outside of their content? */
static bool is_extension(struct piece name)
{
	const char *colon = memchr(name.at, ':', name.length);
	char prefix[20];
	size_t n = colon ? (size_t)(colon - name.at) : 0;
	if (!n || n >= sizeof prefix)
		return false;
	memcpy(prefix, name.at, n);
	prefix[n] = '\0';
	return namespace_usual_uri(prefix) && !is_one((struct piece){ name.at, n }, markup);
}

static bool contains(struct piece outer, struct piece inner)
{
	if (is_one(outer, feeds) || is_one(outer, entries))
		return true;
	for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
		for (size_t k = 0; is(outer, containers[i].name) && k < 12 && containers[i].inside[k]; k++)
			if (is(inner, containers[i].inside[k]))
				return true;
	return false;
}

static bool is_endless(const struct repair *r, size_t depth)
{
	size_t number = r->number[depth];
	return number >= r->endless->known || (r->endless->bits[number / 8] >> number % 8 & 1);
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
	struct piece inner = core(name);
	bool entry = is_one(inner, entries);
	size_t keep = r->depth;
	if (!r->implies_ends || (!entry && !is_one(inner, own) && !is_extension(inner)))
		return;
	/* Never the root, whatever its name is. */
	for (size_t depth = r->depth; depth-- > 1;) {
		struct piece outer = core(r->open[depth]);
		bool endless = is_endless(r, depth);
		if (entry ? is_one(outer, feeds) : endless && contains(outer, inner))
			break;
		if (endless)
			keep = depth;
		else if (entry ? is_one(outer, entries) : is_one(outer, texts))
			return;
		else if (!entry && contains(outer, inner))
			break;
	}
	repair_close(r, keep);
}

void repair_unclosed(struct repair *r, size_t depth)
{
	repair_note(r, "elements without an end tag");
	for (size_t i = depth; i < r->depth && !r->implies_ends; i++) {
		r->endless->bits[r->number[i] / 8] |= (unsigned char)(1u << r->number[i] % 8);
		r->endless->count++;
	}
}
