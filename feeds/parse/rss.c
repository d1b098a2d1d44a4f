/* RSS of every version: 0.90 to 2.0, RDF included. */
#include "feeds/parse/xml_feed.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include <string.h>

static bool is_rss(const struct feed_input *in)
{
	return in->root && (markup_is(in->root, "rss") || markup_is(in->root, "rdf") || !strcmp((const char *)in->root->name, "channel"));
}

/* Netscape's and UserLand's 0.91 differ only in the DTD, which is not in the tree. */
static bool netscape(const struct feed_input *in)
{
	size_t n = in->size < 2048 ? in->size : 2048;
	return memmem(in->text, n, "netscape.com/publish/formats/rss-0.91.dtd", strlen("netscape.com/publish/formats/rss-0.91.dtd")) != NULL;
}

static const char *format(void *owner, const struct feed_input *in)
{
	static const struct { const char *version, *format; } versions[] = {
		{ "0.90", "rss090" }, { "0.91", "rss091u" }, { "0.92", "rss092" }, { "0.93", "rss093" }, { "0.94", "rss094" },
		{ "2.0", "rss20" }, { "2", "rss20" }, { "2.0.0", "rss20" }, { "2.01", "rss20" }, { "2.0.1", "rss20" }, { "2.1", "rss20" },
	};
	if (markup_is(in->root, "rdf")) {
		const xmlNode *channel = markup_child(in->root, "channel");
		const char *uri = channel && channel->ns ? (const char *)channel->ns->href : "";
		return strstr(uri, "simple/0.9") ? "rss090" : "rss10";
	}
	const char *version = markup_attribute(owner, in->root, "version");
	for (size_t i = 0; version && i < sizeof versions / sizeof *versions; i++)
		if (!strcmp(version, versions[i].version))
			return i == 1 && netscape(in) ? "rss091n" : versions[i].format;
	return "rss";
}

static bool read_rss(struct feed *feed, const struct feed_input *in, struct error *err)
{
	(void)err;
	feed->format = format(feed, in);
	/* In RDF, and in some feeds in RSS, the items are siblings of the channel. */
	xml_feed_read_children(feed, in->root, rss_elements);
	return true;
}

const struct dialect rss_dialect = { is_rss, read_rss };
