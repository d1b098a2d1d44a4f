#pragma once
/*
 * html_build - the sink that makes the tree at once.
 *
 * Sources that are put in order need few of the rules of HTML5's parser any
 * more.  This one knows those few; it stops at what needs more (formatting
 * that crosses blocks, text between the cells of a table, odd characters),
 * and gumbo reads the source then.  Its tree is the one that gumbo would
 * make; tests/fuzz/fuzz-html.c holds it to that.
 */
#include "gateway/base/html/html.h"
#include "gateway/base/html/html_sink.h"

struct html_build {
	struct html_sink sink;
	struct html_node *root, *at; /* at: the innermost open element */
	struct html_node *text;      /* the text that still grows */
	size_t text_size, text_room;
	bool line_waits;             /* a line feed right here does not count */
	bool text_open;              /* what is to come can change the end of the text */
};

void html_build_begin(struct html_build *b, struct html_node *root);
/* Done; false when the tree is of no use. */
bool html_build_end(struct html_build *b);
