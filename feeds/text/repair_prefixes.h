#pragma once
/*
 * repair_prefixes - namespace prefixes that are used but not declared.
 *
 * libxml2 would keep them as part of the name, and the element's namespace
 * would be unknown.
 */
#include "feeds/text/repair_scan.h"

/* Is the attribute of that name a namespace declaration? */
bool repair_is_declaration(struct piece name);
/* Keeps the prefix that the name of an element or attribute uses or declares. */
void repair_note_prefix(struct repair *r, struct piece name);
/* The declarations that the root lacks, each with a space before it; "" for none.  Belongs to r->owner. */
char *repair_missing_prefixes(struct repair *r);
