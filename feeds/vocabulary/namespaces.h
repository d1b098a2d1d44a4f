#pragma once
/*
 * namespaces - which vocabulary the namespaces of a document belong to.
 *
 * One table: a vocabulary is one row there and one file with its elements.
 * The URIs, with old and misspelled ones, are in feeds/text/namespace_uris.h.
 */
#include "feeds/vocabulary/element.h"

struct vocabulary {
	const char *prefix;             /* the usual one */
	const struct element *elements; /* NULL: the vocabulary is known, but nothing in it is read */
};

/* Looks up every namespace that is declared in root or below, once each, and keeps the result in the xmlNs's _private. */
void namespaces_resolve(xmlNode *root);
/* The vocabulary of node's namespace, as namespaces_resolve has found it; NULL: none, or an unknown one. */
const struct vocabulary *namespace_of(const xmlNode *node);
