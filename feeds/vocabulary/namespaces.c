#include "feeds/vocabulary/namespaces.h"
#include "feeds/text/namespace_uris.h"
#include "feeds/vocabulary/vocabularies.h"
#include <string.h>

/* By the usual prefix of the namespace (feeds/text/namespace_uris.h). */
static const struct vocabulary all[] = {
	{ "atom", atom_elements },
	{ "rss", rss_elements },
	{ "content", content_elements },
	{ "dc", dublin_core_elements },
	{ "dcterms", dublin_core_elements },
	{ "media", media_elements },
	{ "itunes", itunes_elements },
	{ "thr", thread_elements },
	{ "slash", slash_elements },
	{ "wfw", comment_api_elements },
	{ "creativeCommons", license_elements },
	{ "cc", license_elements },
	{ "xhtml", xhtml_elements },
	{ "feedburner", feedburner_elements },
	{ "rdf", NULL },
	{ "sy", syndication_elements },
	{ "fh", history_elements },
	{ "at", tombstone_elements },
	{ "admin", NULL },
	{ "georss", georss_elements },
	{ "geo", geo_elements },
	{ "gml", gml_elements },
	{ "podcast", podcast_elements },
	{ "psc", chapter_elements },
	{ "googleplay", itunes_elements },
	{ "xlink", NULL },
	{ "svg", NULL },
	{ "m", NULL },
};

const struct vocabulary *namespace_find(const char *uri)
{
	const char *prefix = namespace_usual_prefix(uri);
	for (size_t i = 0; prefix && i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i].prefix, prefix))
			return &all[i];
	return NULL;
}

bool namespace_is_feed(const struct element *table) { return table == rss_elements || table == atom_elements; }

const struct element *namespace_other_feed(const struct element *table)
{
	return table == rss_elements ? atom_elements : table == atom_elements ? rss_elements : NULL;
}
