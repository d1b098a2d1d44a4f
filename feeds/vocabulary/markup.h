#pragma once
/*
 * markup - XML as a tree (libxml2), hardened against hostile documents.
 *
 * No network, no DTD, no entities, at most 256 elements deep.  Strings
 * belong to owner.
 */
#include "gateway/base/text/error.h"
#include <libxml/tree.h>

struct markup {
	xmlDoc *doc;
	xmlNode *root;
};

/* text is UTF-8 without a declaration; url is the base of relative links, or NULL.  What is not well-formed is
 * read as far as it goes and *broken (an owner's string) says why.  NULL with ERROR_INVALID when there is no root. */
struct markup *markup_read(void *owner, const char *text, size_t size, const char *url, const char **broken, struct error *err);
/* Copies the local name in lower case, cut to 31 characters. */
void markup_name(const xmlNode *node, char name[32]);
bool markup_is(const xmlNode *node, const char *name);
/* The next element among node and its following siblings, or NULL. */
xmlNode *markup_element(xmlNode *node);
/* The first child element of that local name, or NULL. */
xmlNode *markup_child(const xmlNode *node, const char *name);
/* Value of an attribute without a namespace, trimmed; NULL when absent. */
char *markup_attribute(void *owner, const xmlNode *node, const char *name);
/* The same, in any namespace: "resource" finds rdf:resource. */
char *markup_attribute_any(void *owner, const xmlNode *node, const char *name);
/* All text below node, trimmed, and without the markers of an escaped CDATA section (record_markup.h). */
char *markup_text(void *owner, const xmlNode *node);
/* The content of node as HTML.  If inside is not NULL, a <div> that is the only child is unwrapped, as Atom demands, and
 * *inside is set to the node whose content it is. */
char *markup_html(void *owner, xmlNode *node, xmlNode **inside);
/* The same where the text directly in it may be HTML already, escaped once, between elements: this is not escaped again. */
char *markup_mixed(void *owner, xmlNode *node, xmlNode **inside);
/* The same without escaping any text, for text that is HTML already. */
char *markup_source(void *owner, const xmlNode *node);
/* xml:base and xml:lang in force at node; NULL when none is.  They belong to the owner given to markup_read. */
const char *markup_base(xmlNode *node);
const char *markup_language(xmlNode *node);
/* Resolves text against the base of node.  Without a base, or with a scheme of its own, it stays unchanged; NULL for
 * javascript: and the like. */
char *markup_url(void *owner, xmlNode *node, const char *text);
