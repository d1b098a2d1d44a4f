#pragma once
/*
 * template_parse - a template's source as a flat list of nodes.
 *
 * Included by template*.c only.  A section is followed by its nodes, up to
 * its end, so that rendering needs no tree.
 */
#include "gateway/base/template/template.h"

enum template_kind {
	TEMPLATE_LITERAL,
	TEMPLATE_INDENT,   /* the start of a source line on which something is written */
	TEMPLATE_ESCAPED,
	TEMPLATE_VERBATIM,
	TEMPLATE_SECTION,
	TEMPLATE_INVERTED,
	TEMPLATE_PARTIAL
};

struct template_node {
	enum template_kind kind;
	bool begins_line;        /* LITERAL: its first byte is the first of a line; PARTIAL: it is alone on its line */
	int line;                /* of the source, from 1 */
	const char *text;        /* LITERAL: the bytes; PARTIAL: the white space before one with its own line */
	size_t size;
	const char *name;        /* of all others: as it stands in the tag */
	const char *const *path; /* the name split at its dots, ends with NULL; "." is empty */
	size_t end;              /* SECTION, INVERTED: the first node after it */
};

struct template {
	const char *name;
	const char *file; /* for messages */
	enum template_mode mode;
	struct template_node *nodes;
	size_t count;
};

/* Fills t's nodes; they and their strings belong to t. */
bool template_parse(struct template *t, const char *source, struct error *err);
