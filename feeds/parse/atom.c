/* Atom: 1.0 (RFC 4287), 0.3 and the drafts before it. */
#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include <string.h>

static bool is_atom(const struct feed_input *in) { return in->root && (markup_is(in->root, "feed") || markup_is(in->root, "entry")); }

static const char *format(void *owner, const struct feed_input *in)
{
	static const struct { const char *version, *format; } versions[] = {
		{ "0.1", "atom01" }, { "0.2", "atom02" }, { "0.3", "atom03" }, { "1.0", "atom10" },
	};
	const char *uri = in->root->ns ? (const char *)in->root->ns->href : "", *version = markup_attribute(owner, in->root, "version");
	if (strstr(uri, "w3.org/2005/Atom"))
		return "atom10";
	for (size_t i = 0; version && i < sizeof versions / sizeof *versions; i++)
		if (!strcmp(version, versions[i].version))
			return versions[i].format;
	return strstr(uri, "purl.org/atom/ns") ? "atom03" : "atom";
}

static bool read_atom(struct feed *feed, const struct feed_input *in, struct error *err)
{
	(void)err;
	feed->format = format(feed, in);
	/* A document may be a single entry (RFC 4287 section 2). */
	if (markup_is(in->root, "entry"))
		xml_feed_read_item(feed, in->root, atom_elements);
	else
		xml_feed_read_children(feed, in->root, atom_elements);
	return true;
}

const struct dialect atom_dialect = { is_atom, read_atom };
