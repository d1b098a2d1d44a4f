#pragma once
/*
 * markup - XML as a tree (libxml2), read with every door shut.
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

/* text is UTF-8 without a declaration; url is where relative links start from, or NULL.  What is not well-formed is
 * read as far as it goes and *broken (an owner's string) says why.  NULL with ERROR_INVALID when there is no root. */
struct markup *markup_read(void *owner, const char *text, size_t size, const char *url, const char **broken, struct error *err);
/* The local name in small letters (at most 31 of them) into name. */
void markup_name(const xmlNode *node, char name[32]);
bool markup_is(const xmlNode *node, const char *name);
/* The next element among node and its following siblings, or NULL. */
xmlNode *markup_element(xmlNode *node);
/* The first child element of that local name, or NULL. */
xmlNode *markup_child(const xmlNode *node, const char *name);
/* Value of an attribute without a namespace, trimmed; NULL when absent. */
char *markup_attribute(void *owner, const xmlNode *node, const char *name);
/* An attribute whatever its namespace ("resource" for rdf:resource). */
char *markup_attribute_any(void *owner, const xmlNode *node, const char *name);
/* All text in node, trimmed. */
char *markup_text(void *owner, const xmlNode *node);
/* What is inside node as HTML; *inside, if not NULL, is the node it was taken from: Atom's <div> is no part of it. */
char *markup_html(void *owner, xmlNode *node, xmlNode **inside);
/* The same where the text between the elements is HTML of its own, and so is not escaped again. */
char *markup_source(void *owner, const xmlNode *node);
/* xml:base and xml:lang in force at node; NULL when none is.  They belong to whom markup_read's owner was. */
const char *markup_base(xmlNode *node);
const char *markup_language(xmlNode *node);
/* text as a URL seen from node.  What has another scheme, or no base, stays as it is; a script is NULL. */
char *markup_url(void *owner, xmlNode *node, const char *text);
