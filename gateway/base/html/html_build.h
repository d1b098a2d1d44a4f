#pragma once
/*
 * html_build - the sink that builds the tree directly.
 *
 * Balanced sources need only a few of the rules of HTML5's parser.  This one
 * knows those; it stops where more are needed (formatting that crosses
 * blocks, text between the cells of a table, unusual characters), and gumbo
 * reads the source then.  Its tree is the one that gumbo would
 * make; tests/fuzz/fuzz-html.c holds it to that.
 */
#include "gateway/base/html/html.h"
#include "gateway/base/html/html_sink.h"

struct html_build {
	struct html_sink sink;
	struct html_node *root, *at; /* at: the innermost open element */
	struct html_node *text;      /* the text node that is still being written */
	size_t text_size, text_room;
	bool line_waits;             /* a line feed that follows now is dropped */
	bool text_open;              /* what follows may change the last character of the text */
};

void html_build_begin(struct html_build *b, struct html_node *root);
/* Completes the tree; false when it must not be used. */
bool html_build_end(struct html_build *b);
