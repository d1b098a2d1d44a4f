#pragma once
/*
 * dispatch - which reader an element of a feed goes to.
 *
 * namespaces_resolve has to be called for the document before.  An unknown
 * element says nothing itself; what is in it counts where nothing better is
 * said outside of it: <categories> around every <category>, <meta> around dates.
 */
#include "feeds/vocabulary/element.h"

/* Reads node into r by the table of its namespace.  own is the table of the document's dialect: it serves elements without a
 * namespace, and those in the root's when that is unknown.  False when the element is unknown. */
bool dispatch_element(struct record *r, xmlNode *node, const struct element *own);
/* The same for every child element of node, and for what is in the unknown ones. */
void dispatch_children(struct record *r, xmlNode *node, const struct element *own);
/* Only the latter: what is in the unknown child elements of node, but not in items or feeds, nor in what has a title and an
 * address of its own. */
void dispatch_wrapped(struct record *r, xmlNode *node, const struct element *own);
