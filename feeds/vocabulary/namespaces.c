#include "feeds/vocabulary/namespaces.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* The first line of a vocabulary has its right URI; the others are what it was called before, or by mistake. */
static const struct vocabulary all[] = {
	{ "atom", "http://www.w3.org/2005/Atom", atom_elements },
	{ "atom", "http://purl.org/atom/ns#", atom_elements },
	{ "atom", "http://example.com/newformat#", atom_elements },
	{ "atom", "http://example.com/necho", atom_elements },
	{ "atom", "http://purl.org/echo/", atom_elements },
	{ "atom", "uri/of/echo/namespace#", atom_elements },
	{ "atom", "http://purl.org/pie/", atom_elements },
	{ "rss", "http://purl.org/rss/1.0/", rss_elements },
	{ "rss", "http://my.netscape.com/rdf/simple/0.9/", rss_elements },
	{ "rss", "http://channel.netscape.com/rdf/simple/0.9/", rss_elements },
	{ "rss", "http://backend.userland.com/rss", rss_elements },
	{ "rss", "http://backend.userland.com/rss2", rss_elements },
	{ "rss", "http://backend.userland.com/rss091", rss_elements },
	{ "rss", "http://blogs.law.harvard.edu/tech/rss", rss_elements },
	{ "rss", "http://cyber.law.harvard.edu/rss/rss.html", rss_elements },
	{ "rss", "http://my.netscape.com/publish/formats/rss-0.91.dtd", rss_elements },
	{ "rss", "http://www.rssboard.org/rss-specification", rss_elements },
	{ "content", "http://purl.org/rss/1.0/modules/content/", content_elements },
	{ "dc", "http://purl.org/dc/elements/1.1/", dublin_core_elements },
	{ "dc", "http://purl.org/dc/elements/1.0/", dublin_core_elements },
	{ "dcterms", "http://purl.org/dc/terms/", dublin_core_elements },
	{ "media", "http://search.yahoo.com/mrss/", media_elements },
	{ "itunes", "http://www.itunes.com/DTDs/PodCast-1.0.dtd", itunes_elements },
	{ "itunes", "http://www.itunes.com/DTDs/Podcast-1.0.dtd", itunes_elements },
	{ "itunes", "http://example.com/DTDs/PodCast-1.0.dtd", itunes_elements },
	{ "thr", "http://purl.org/syndication/thread/1.0", thread_elements },
	{ "slash", "http://purl.org/rss/1.0/modules/slash/", slash_elements },
	{ "wfw", "http://wellformedweb.org/CommentAPI/", comment_api_elements },
	{ "wfw", "http://wellformedweb.org/commentAPI/", comment_api_elements },
	{ "creativeCommons", "http://backend.userland.com/creativeCommonsRssModule", license_elements },
	{ "cc", "http://web.resource.org/cc/", license_elements },
	{ "cc", "http://creativecommons.org/ns#", license_elements },
	{ "xhtml", "http://www.w3.org/1999/xhtml", xhtml_elements },
	{ "feedburner", "http://rssnamespace.org/feedburner/ext/1.0", feedburner_elements },
	{ "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", NULL },
	{ "sy", "http://purl.org/rss/1.0/modules/syndication/", syndication_elements },
	{ "fh", "http://purl.org/syndication/history/1.0", history_elements },
	{ "at", "http://purl.org/atompub/tombstones/1.0", tombstone_elements },
	{ "admin", "http://webns.net/mvcb/", NULL },
	{ "georss", "http://www.georss.org/georss", georss_elements },
	{ "geo", "http://www.w3.org/2003/01/geo/wgs84_pos#", geo_elements },
	{ "gml", "http://www.opengis.net/gml", gml_elements },
	{ "gml", "http://www.opengis.net/gml/3.2", gml_elements },
	{ "podcast", "https://podcastindex.org/namespace/1.0", podcast_elements },
	{ "podcast", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", podcast_elements },
	{ "psc", "http://podlove.org/simple-chapters", chapter_elements },
	{ "googleplay", "http://www.google.com/schemas/play-podcasts/1.0", itunes_elements },
	{ "xlink", "http://www.w3.org/1999/xlink", NULL },
	{ "svg", "http://www.w3.org/2000/svg", NULL },
	{ "m", "http://www.w3.org/1998/Math/MathML", NULL },
};

/* The URI without scheme, "www.", and the "/" or "#" that it ends in. */
static size_t bare(const char **uri)
{
	if (text_starts(*uri, "https://") || text_starts(*uri, "http://"))
		*uri = strstr(*uri, "://") + 3;
	if (text_starts(*uri, "www."))
		*uri += 4;
	size_t n = strlen(*uri);
	while (n && ((*uri)[n - 1] == '/' || (*uri)[n - 1] == '#'))
		n--;
	return n;
}

const struct vocabulary *namespace_find(const char *uri)
{
	while (isspace((unsigned char)*uri))
		uri++;
	size_t size = bare(&uri);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *known = all[i].uri;
		if (bare(&known) == size && !strncasecmp(known, uri, size))
			return &all[i];
	}
	return NULL;
}

const char *namespace_by_prefix(const char *prefix)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i].prefix, prefix))
			return all[i].uri;
	return NULL;
}

bool namespace_is_feed(const struct element *table) { return table == rss_elements || table == atom_elements; }

const struct element *namespace_other_feed(const struct element *table)
{
	return table == rss_elements ? atom_elements : table == atom_elements ? rss_elements : NULL;
}
