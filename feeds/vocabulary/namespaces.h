#pragma once
/*
 * namespaces - which vocabulary a namespace is, under all the URIs it was ever spelled with.
 *
 * One table: a vocabulary is one line here and one file with its elements.
 */
#include "feeds/vocabulary/element.h"

struct vocabulary {
	const char *prefix;             /* the usual one */
	const struct element *elements; /* ends with a name of NULL; NULL: known, but nothing in it is read */
};

/* The vocabulary of a namespace URI (case, "www." and what stands at the end do not matter); NULL for an unknown one. */
const struct vocabulary *namespace_find(const char *uri);
/* Is this the table of RSS or of Atom?  And the other of the two; NULL for another table. */
bool namespace_is_feed(const struct element *table);
const struct element *namespace_other_feed(const struct element *table);
