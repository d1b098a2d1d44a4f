#pragma once
/*
 * dispatch - which reader an element of a feed goes to.
 *
 * namespaces_resolve has to be called for the document before.  Unknown
 * elements are skipped.
 */
#include "feeds/vocabulary/element.h"

/* Reads node into r by the table of its namespace.  own is the table of the document's dialect: it serves elements without a
 * namespace, and those in the root's when that is unknown. */
void dispatch_element(struct record *r, xmlNode *node, const struct element *own);
/* The same for every child element of node. */
void dispatch_children(struct record *r, xmlNode *node, const struct element *own);
