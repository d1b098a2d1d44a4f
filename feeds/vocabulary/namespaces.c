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

static const struct vocabulary *find(const char *uri)
{
	const char *prefix = namespace_usual_prefix(uri);
	for (size_t i = 0; prefix && i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i].prefix, prefix))
			return &all[i];
	return NULL;
}

/* The next node of root's tree in document order, or NULL; only elements are descended into. */
static xmlNode *next_node(const xmlNode *root, xmlNode *node)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != root && !node->next)
		node = node->parent;
	return node != root ? node->next : NULL;
}

void namespaces_resolve(xmlNode *root)
{
	for (xmlNode *n = root; n; n = next_node(root, n))
		for (xmlNs *ns = n->type == XML_ELEMENT_NODE ? n->nsDef : NULL; ns; ns = ns->next)
			ns->_private = ns->href ? (void *)(uintptr_t)find((const char *)ns->href) : NULL;
}

const struct vocabulary *namespace_of(const xmlNode *node) { return node->ns ? node->ns->_private : NULL; }
