#pragma once
/*
 * embed - the schema, templates and assets that travel inside the binary.
 *
 * Names are paths from the top of the source tree, e.g.
 * "gateway/web/templates/home.mustache".  GNUmakefile says which files.
 */
#include <stddef.h>

struct embed {
	const char *name;
	const char *data; /* NUL-terminated */
	size_t size;
};

/* In order of name; ends with a name of NULL. */
extern const struct embed embed_all[];
/* NULL when there is none of that name. */
const struct embed *embed_find(const char *name);
