#include "feeds/text/namespace_uris.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The first row of a prefix has the correct URI; the others have earlier URIs and frequent mistakes. */
static const struct { const char *prefix, *uri; } namespaces[] = {
	{ "atom", "http://www.w3.org/2005/Atom" },
	{ "atom", "http://purl.org/atom/ns#" },
	{ "atom", "http://example.com/newformat#" },
	{ "atom", "http://example.com/necho" },
	{ "atom", "http://purl.org/echo/" },
	{ "atom", "uri/of/echo/namespace#" },
	{ "atom", "http://purl.org/pie/" },
	{ "rss", "http://purl.org/rss/1.0/" },
	{ "rss", "http://my.netscape.com/rdf/simple/0.9/" },
	{ "rss", "http://channel.netscape.com/rdf/simple/0.9/" },
	{ "rss", "http://backend.userland.com/rss" },
	{ "rss", "http://backend.userland.com/rss2" },
	{ "rss", "http://backend.userland.com/rss091" },
	{ "rss", "http://blogs.law.harvard.edu/tech/rss" },
	{ "rss", "http://cyber.law.harvard.edu/rss/rss.html" },
	{ "rss", "http://my.netscape.com/publish/formats/rss-0.91.dtd" },
	{ "rss", "http://www.rssboard.org/rss-specification" },
	{ "content", "http://purl.org/rss/1.0/modules/content/" },
	{ "dc", "http://purl.org/dc/elements/1.1/" },
	{ "dc", "http://purl.org/dc/elements/1.0/" },
	{ "dcterms", "http://purl.org/dc/terms/" },
	{ "media", "http://search.yahoo.com/mrss/" },
	{ "itunes", "http://www.itunes.com/DTDs/PodCast-1.0.dtd" },
	{ "itunes", "http://www.itunes.com/DTDs/Podcast-1.0.dtd" },
	{ "itunes", "http://example.com/DTDs/PodCast-1.0.dtd" },
	{ "thr", "http://purl.org/syndication/thread/1.0" },
	{ "slash", "http://purl.org/rss/1.0/modules/slash/" },
	{ "wfw", "http://wellformedweb.org/CommentAPI/" },
	{ "wfw", "http://wellformedweb.org/commentAPI/" },
	{ "creativeCommons", "http://backend.userland.com/creativeCommonsRssModule" },
	{ "cc", "http://web.resource.org/cc/" },
	{ "cc", "http://creativecommons.org/ns#" },
	{ "xhtml", "http://www.w3.org/1999/xhtml" },
	{ "feedburner", "http://rssnamespace.org/feedburner/ext/1.0" },
	{ "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#" },
	{ "sy", "http://purl.org/rss/1.0/modules/syndication/" },
	{ "fh", "http://purl.org/syndication/history/1.0" },
	{ "at", "http://purl.org/atompub/tombstones/1.0" },
	{ "admin", "http://webns.net/mvcb/" },
	{ "georss", "http://www.georss.org/georss" },
	{ "geo", "http://www.w3.org/2003/01/geo/wgs84_pos#" },
	{ "gml", "http://www.opengis.net/gml" },
	{ "gml", "http://www.opengis.net/gml/3.2" },
	{ "podcast", "https://podcastindex.org/namespace/1.0" },
	{ "podcast", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" },
	{ "psc", "http://podlove.org/simple-chapters" },
	{ "googleplay", "http://www.google.com/schemas/play-podcasts/1.0" },
	{ "xlink", "http://www.w3.org/1999/xlink" },
	{ "svg", "http://www.w3.org/2000/svg" },
	{ "m", "http://www.w3.org/1998/Math/MathML" },
};

/* Moves *uri behind the scheme and "www."; returns the length without a final "/" or "#". */
static size_t bare(const char **uri)
{
	if (!strncasecmp(*uri, "https://", 8) || !strncasecmp(*uri, "http://", 7))
		*uri = strstr(*uri, "://") + 3;
	if (!strncasecmp(*uri, "www.", 4))
		*uri += 4;
	size_t n = strlen(*uri);
	while (n && ((*uri)[n - 1] == '/' || (*uri)[n - 1] == '#'))
		n--;
	return n;
}

const char *namespace_usual_prefix(const char *uri)
{
	while (isspace((unsigned char)*uri))
		uri++;
	size_t size = bare(&uri);
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
		const char *known = namespaces[i].uri;
		if (bare(&known) == size && !strncasecmp(known, uri, size))
			return namespaces[i].prefix;
	}
	return NULL;
}

const char *namespace_usual_uri(const char *prefix)
{
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		if (text_same(namespaces[i].prefix, prefix))
			return namespaces[i].uri;
	return NULL;
}
